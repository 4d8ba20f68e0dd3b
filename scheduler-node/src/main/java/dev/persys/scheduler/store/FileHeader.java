package dev.persys.scheduler.store;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The first bytes of a snapshot or log: magic (8), format version (4), revision (8), salt (4), nothing (4), CRC32C of these (4).
 * A file gets its name only once its header is durable, so a header that cannot be read is damage, never a torn
 * write.
 *
 * @param revision of the state in a snapshot, or after which a log begins
 * @param salt a number drawn for each file and part of its frames' checksums, so that neither an old block of the
 *     disk nor a value that looks like a frame is ever taken for one
 */
record FileHeader(FileKind kind, long revision, int salt) {
    static final int BYTES = 32;
    private static final int VERSION = 1;

    ByteBuffer encoded() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.put(kind.magic()).putInt(VERSION).putLong(revision).putInt(salt).putInt(0);
        bytes.putInt(checksum(bytes.array()));
        return bytes.flip();
    }

    /** @throws StoreOpenException if the file does not begin with a header of this kind and of a known version */
    static FileHeader decode(FileKind kind, Path file, byte[] bytes) {
        if (bytes.length < BYTES) {
            throw StoreDamage.in(file, 0, "it has no header: it is only " + bytes.length + " bytes long");
        }
        ByteBuffer header = ByteBuffer.wrap(bytes);
        byte[] magic = new byte[kind.magic().length];
        header.get(magic);
        if (!Arrays.equals(magic, kind.magic())) {
            throw StoreDamage.in(file, 0, "it does not begin as a " + kind + " of the state store does");
        }
        int version = header.getInt();
        long revision = header.getLong();
        int salt = header.getInt();
        header.getInt();
        if (header.getInt() != checksum(bytes)) {
            throw StoreDamage.in(file, 0, "the checksum of its header is wrong");
        }
        if (version != VERSION) {
            throw new StoreOpenException(file + " has format version " + version + "; this program reads version "
                    + VERSION + ". Open it with the version of Persys that wrote it, export it there (persys store"
                    + " export) and import it here. Nothing was changed.");
        }
        return new FileHeader(kind, revision, salt);
    }

    private static int checksum(byte[] header) {
        CRC32C crc = new CRC32C();
        crc.update(header, 0, BYTES - Integer.BYTES);
        return (int) crc.getValue();
    }
}
