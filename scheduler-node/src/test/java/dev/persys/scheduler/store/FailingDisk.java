package dev.persys.scheduler.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** A disk that is full, fails or hangs when told to. */
class FailingDisk implements Disk {
    volatile boolean failForce;
    volatile boolean full;

    /** Writes of files with such names meet a full disk. */
    volatile Predicate<String> noRoomFor = name -> false;

    volatile long usableBytes = Long.MAX_VALUE;
    volatile boolean failTruncate;

    /** After so many forces each one fails. */
    final AtomicInteger forcesLeft = new AtomicInteger(Integer.MAX_VALUE);

    volatile CountDownLatch hang = new CountDownLatch(0);

    @Override
    public Output create(Path file) throws IOException {
        return new FailingOutput(file, LocalDisk.INSTANCE.create(file));
    }

    @Override
    public Output append(Path file) throws IOException {
        return new FailingOutput(file, LocalDisk.INSTANCE.append(file));
    }

    @Override
    public InPlace inPlace(Path file) throws IOException {
        return LocalDisk.INSTANCE.inPlace(file);
    }

    @Override
    public long usableBytes(Path directory) {
        return full ? 0 : usableBytes;
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        LocalDisk.INSTANCE.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        LocalDisk.INSTANCE.delete(file);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        LocalDisk.INSTANCE.forceDirectory(directory);
    }

    private final class FailingOutput implements Output {
        private final Path file;
        private final Output output;

        FailingOutput(Path file, Output output) {
            this.file = file;
            this.output = output;
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            if (full || noRoomFor.test(file.getFileName().toString())) {
                output.write(bytes.limit(bytes.position() + bytes.remaining() / 2));
                throw new IOException("No space left on device");
            }
            output.write(bytes);
        }

        @Override
        public void force() throws IOException {
            try {
                hang.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (failForce || forcesLeft.getAndDecrement() <= 0) {
                throw new IOException("Input/output error");
            }
            output.force();
        }

        @Override
        public void truncate(long size) throws IOException {
            if (failTruncate) {
                throw new IOException("Read-only file system");
            }
            output.truncate(size);
        }

        @Override
        public void close() throws IOException {
            output.close();
        }
    }
}
