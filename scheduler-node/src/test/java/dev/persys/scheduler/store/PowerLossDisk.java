package dev.persys.scheduler.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A disk that loses power after some steps. What was not forced by then is afterwards there, or partly there, or
 * not: bytes at the end of files, and names of files.
 */
final class PowerLossDisk implements Disk {
    private final Random random;
    private final Map<Path, Long> forced = new HashMap<>();
    private final List<NameChange> unforcedNames = new ArrayList<>();
    private final Map<Path, List<Overwrite>> unforcedOverwrites = new HashMap<>();
    private final Path attic;
    private int stepsLeft;
    private boolean off;

    PowerLossDisk(long seed, int steps, Path attic) {
        this.random = new Random(seed);
        this.stepsLeft = steps;
        this.attic = attic;
    }

    /** A change of names that can still be lost; undone by moving the file back. */
    private record NameChange(Path undoFrom, Path undoTo) {}

    /** Bytes that were written over in place and may come back, as long as that was not forced. */
    private record Overwrite(long offset, ByteBuffer before) {}

    /** True for the step at which the power goes: it may be done in part. */
    private boolean isLastStep() throws IOException {
        if (off) {
            throw powerLoss();
        }
        off = stepsLeft-- == 0;
        return off;
    }

    private static IOException powerLoss() {
        return new IOException("power loss");
    }

    /** What the medium has once the power is back. Call after the store has been closed. */
    synchronized void settle() throws IOException {
        off = true;
        for (Map.Entry<Path, Long> file : forced.entrySet()) {
            if (Files.exists(file.getKey())) {
                settle(file.getKey(), file.getValue());
            }
        }
        for (Map.Entry<Path, List<Overwrite>> file : unforcedOverwrites.entrySet()) {
            if (Files.exists(file.getKey())) {
                undoSome(file.getKey(), file.getValue());
            }
        }
        for (int i = unforcedNames.size() - 1; i >= 0 && random.nextBoolean(); i--) {
            NameChange change = unforcedNames.get(i);
            if (Files.exists(change.undoFrom)) {
                Files.move(change.undoFrom, change.undoTo, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** The newest of them up to some one: sectors of one page reach the medium together. */
    private void undoSome(Path file, List<Overwrite> overwrites) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            int undone = random.nextInt(overwrites.size() + 1);
            for (int i = overwrites.size() - 1; i >= overwrites.size() - undone; i--) {
                Overwrite overwrite = overwrites.get(i);
                channel.write(overwrite.before().duplicate(), overwrite.offset());
            }
        }
    }

    private void settle(Path file, long durable) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            int unforced = (int) (channel.size() - durable);
            if (unforced <= 0) {
                return;
            }
            channel.truncate(durable + random.nextInt(unforced + 1));
            long left = channel.size() - durable;
            if (left > 0 && random.nextBoolean()) {
                // Blocks reach the medium in any order: a hole in front of bytes that did.
                channel.write(ByteBuffer.allocate(1 + random.nextInt((int) left)), durable);
            }
        }
    }

    @Override
    public synchronized Output create(Path file) throws IOException {
        if (isLastStep()) {
            throw powerLoss();
        }
        forced.put(file, 0L);
        return new TrackedOutput(file, LocalDisk.INSTANCE.create(file));
    }

    @Override
    public synchronized Output append(Path file) throws IOException {
        if (isLastStep()) {
            throw powerLoss();
        }
        forced.putIfAbsent(file, Files.size(file));
        return new TrackedOutput(file, LocalDisk.INSTANCE.append(file));
    }

    @Override
    public synchronized InPlace inPlace(Path file) throws IOException {
        if (isLastStep()) {
            throw powerLoss();
        }
        return new TrackedInPlace(file, FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public long usableBytes(Path directory) {
        return Long.MAX_VALUE;
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        boolean last = isLastStep();
        if (!last || random.nextBoolean()) {
            LocalDisk.INSTANCE.rename(from, to);
            forced.put(to, forced.remove(from));
            unforcedNames.add(new NameChange(to, from));
        }
        if (last) {
            throw powerLoss();
        }
    }

    @Override
    public synchronized void delete(Path file) throws IOException {
        if (isLastStep()) {
            throw powerLoss();
        }
        Path kept = Files.createTempDirectory(attic, "deleted").resolve(file.getFileName());
        Files.move(file, kept);
        forced.remove(file);
        unforcedNames.add(new NameChange(kept, file));
    }

    @Override
    public synchronized void forceDirectory(Path directory) throws IOException {
        if (isLastStep()) {
            throw powerLoss();
        }
        unforcedNames.clear();
    }

    private final class TrackedOutput implements Output {
        private final Path file;
        private final Output output;

        TrackedOutput(Path file, Output output) {
            this.file = file;
            this.output = output;
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            synchronized (PowerLossDisk.this) {
                if (isLastStep()) {
                    output.write(bytes.limit(bytes.position() + random.nextInt(bytes.remaining() + 1)));
                    throw powerLoss();
                }
                output.write(bytes);
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (PowerLossDisk.this) {
                if (isLastStep()) {
                    throw powerLoss();
                }
                forced.put(file, Files.size(file));
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            synchronized (PowerLossDisk.this) {
                if (isLastStep()) {
                    throw powerLoss();
                }
                output.truncate(size);
            }
        }

        @Override
        public void close() throws IOException {
            output.close();
        }
    }

    private final class TrackedInPlace implements InPlace {
        private final Path file;
        private final FileChannel channel;

        TrackedInPlace(Path file, FileChannel channel) {
            this.file = file;
            this.channel = channel;
        }

        @Override
        public void write(long offset, ByteBuffer bytes) throws IOException {
            synchronized (PowerLossDisk.this) {
                if (isLastStep()) {
                    throw powerLoss();
                }
                ByteBuffer before = ByteBuffer.allocate(bytes.remaining());
                channel.read(before, offset);
                unforcedOverwrites
                        .computeIfAbsent(file, any -> new ArrayList<>())
                        .add(new Overwrite(offset, before.rewind()));
                channel.write(bytes, offset);
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (PowerLossDisk.this) {
                if (isLastStep()) {
                    throw powerLoss();
                }
                unforcedOverwrites.remove(file);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
