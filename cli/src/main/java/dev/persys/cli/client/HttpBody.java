package dev.persys.cli.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The body of an answer, by the two ways in which its length is told (RFC 9112, section 6). */
abstract sealed class HttpBody extends InputStream {
    private static final int END = -1;

    private final InputStream in;
    private long left;

    private HttpBody(InputStream in, long left) {
        this.in = in;
        this.left = left;
    }

    /** A length as HTTP writes it, which is digits alone: no sign, no blanks. */
    static long length(String digits, int radix) throws IOException {
        try {
            if (!digits.isEmpty() && Character.digit(digits.charAt(0), radix) >= 0) {
                return Long.parseLong(digits, radix);
            }
        } catch (NumberFormatException e) {
            // Told below, with those that a sign begins.
        }
        throw new IOException("a length of '" + digits + "' bytes");
    }

    /** How much may be read now; zero at the end. */
    abstract long available(long leftOfPart) throws IOException;

    /** What follows the part that was just read to its end. */
    abstract void partEnded() throws IOException;

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) == END ? END : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        left = available(left);
        if (left == 0) {
            return END;
        }
        int n = in.read(bytes, offset, (int) Math.min(length, left));
        if (n == END) {
            throw new EOFException("the connection ended before the answer did");
        }
        left -= n;
        if (left == 0) {
            partEnded();
        }
        return n;
    }

    /** Of a length that was told beforehand. */
    static final class Counted extends HttpBody {
        Counted(InputStream in, long length) {
            super(in, length);
        }

        @Override
        long available(long leftOfPart) {
            return leftOfPart;
        }

        @Override
        void partEnded() {}
    }

    /** In chunks, each with its own length before it, until one of length zero. */
    static final class Chunked extends HttpBody {
        private static final int HEXADECIMAL = 16;

        private final InputStream in;
        private boolean ended;

        Chunked(InputStream in) {
            super(in, 0);
            this.in = in;
        }

        @Override
        long available(long leftOfPart) throws IOException {
            if (leftOfPart > 0 || ended) {
                return leftOfPart;
            }
            String line = HttpCall.line(in);
            int extension = line.indexOf(';');
            String digits = (extension < 0 ? line : line.substring(0, extension)).strip();
            long length = length(digits, HEXADECIMAL);
            ended = length == 0;
            return length;
        }

        @Override
        void partEnded() throws IOException {
            if (!HttpCall.line(in).isEmpty()) {
                throw new IOException("a chunk that is longer than it says");
            }
        }
    }
}
