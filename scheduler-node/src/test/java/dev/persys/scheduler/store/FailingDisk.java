package dev.persys.scheduler.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A disk that is full, fails or hangs when told to. */
final class FailingDisk implements Disk {
    volatile boolean failForce;
    volatile boolean full;
    volatile CountDownLatch hang = new CountDownLatch(0);

    @Override
    public Output create(Path file) throws IOException {
        return new FailingOutput(LocalDisk.INSTANCE.create(file));
    }

    @Override
    public Output append(Path file) throws IOException {
        return new FailingOutput(LocalDisk.INSTANCE.append(file));
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
        private final Output output;

        FailingOutput(Output output) {
            this.output = output;
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            if (full) {
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
            if (failForce) {
                throw new IOException("Input/output error");
            }
            output.force();
        }

        @Override
        public void truncate(long size) throws IOException {
            output.truncate(size);
        }

        @Override
        public void close() throws IOException {
            output.close();
        }
    }
}
