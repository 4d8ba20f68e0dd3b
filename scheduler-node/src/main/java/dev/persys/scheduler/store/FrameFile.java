package dev.persys.scheduler.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Reads a file of frames from its beginning, one frame at a time. */
final class FrameFile implements Closeable {
    private static final int WINDOW_BYTES = 256 * 1024;

    private final Path file;
    private final FileChannel channel;
    private final FileHeader header;
    private final long size;
    private long offset = FileHeader.BYTES;
    private ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).limit(0);

    private FrameFile(Path file, FileChannel channel, FileHeader header, long size) {
        this.file = file;
        this.channel = channel;
        this.header = header;
        this.size = size;
    }

    /** What stands at the current offset. */
    sealed interface Next {
        /** A valid frame; the file has been moved on to what follows it. */
        record Valid(ByteBuffer payload) implements Next {}

        /** The file ends here, where a frame may end. */
        record End() implements Next {}

        /** The bytes here are not a valid frame; the file stays at them. */
        record Invalid(String why) implements Next {}
    }

    /** @throws StoreOpenException if the file is not of this kind and of the revision in its name */
    static FrameFile open(FileKind kind, Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            ByteBuffer bytes = ByteBuffer.allocate(FileHeader.BYTES);
            readAt(channel, bytes, 0);
            FileHeader header = FileHeader.decode(kind, file, Arrays.copyOf(bytes.array(), bytes.position()));
            if (kind.revision(file).orElse(-1) != header.revision()) {
                throw StoreDamage.in(file, 0, "its header is that of revision " + header.revision());
            }
            return new FrameFile(file, channel, header, channel.size());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    FileHeader header() {
        return header;
    }

    Path file() {
        return file;
    }

    /** Where the next frame begins, in bytes. */
    long offset() {
        return offset;
    }

    long remaining() {
        return size - offset;
    }

    Next next() throws IOException {
        if (remaining() == 0) {
            return new Next.End();
        }
        if (remaining() < Frame.HEADER_BYTES) {
            return new Next.Invalid("a frame's header ends after " + remaining() + " bytes");
        }
        fill(Frame.HEADER_BYTES);
        int length = Frame.payloadLength(header.salt(), window);
        if (length < 0) {
            return new Next.Invalid("the header of a frame is not valid");
        }
        int frameBytes = Frame.HEADER_BYTES + length;
        if (remaining() < frameBytes) {
            return new Next.Invalid("a frame of " + frameBytes + " bytes ends after " + remaining());
        }
        fill(frameBytes);
        int wanted = Frame.payloadChecksum(window);
        ByteBuffer payload = window.slice(window.position() + Frame.HEADER_BYTES, length);
        if (Frame.checksum(payload) != wanted) {
            return new Next.Invalid("the checksum of a frame of " + frameBytes + " bytes is wrong");
        }
        window.position(window.position() + frameBytes);
        offset += frameBytes;
        return new Next.Valid(payload);
    }

    /** Whether the bytes here, which are not a valid frame, are a whole one that more bytes follow. */
    boolean isFollowed() throws IOException {
        if (remaining() < Frame.HEADER_BYTES) {
            return false;
        }
        fill(Frame.HEADER_BYTES);
        int length = Frame.payloadLength(header.salt(), window);
        return length > 0 && remaining() > Frame.HEADER_BYTES + length;
    }

    /** The offset of the first header of a frame after the current offset, or -1. */
    long laterFrame() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(WINDOW_BYTES);
        long start = offset + 1;
        while (size - start >= Frame.HEADER_BYTES) {
            readAt(channel, bytes.clear(), start);
            bytes.flip();
            int candidates = bytes.limit() - Frame.HEADER_BYTES + 1;
            for (int i = 0; i < candidates; i++) {
                if (Frame.payloadLength(header.salt(), bytes.position(i)) > 0) {
                    return start + i;
                }
            }
            start += Math.max(1, candidates);
        }
        return -1;
    }

    /** All bytes from the current offset to the end; only for a tail known to be short. */
    ByteBuffer tail() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(remaining()));
        readAt(channel, bytes, offset);
        return bytes.flip();
    }

    /** Has the window hold at least these many bytes from the offset on. */
    private void fill(int bytes) throws IOException {
        if (window.remaining() >= bytes) {
            return;
        }
        // A payload handed out is a view of the old window, which is therefore left as it is.
        ByteBuffer larger = ByteBuffer.allocate(Math.max(bytes, WINDOW_BYTES));
        readAt(channel, larger, offset);
        window = larger.flip();
    }

    private static void readAt(FileChannel channel, ByteBuffer into, long from) throws IOException {
        long at = from;
        while (into.hasRemaining()) {
            int read = channel.read(into, at);
            if (read < 0) {
                return;
            }
            at += read;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
