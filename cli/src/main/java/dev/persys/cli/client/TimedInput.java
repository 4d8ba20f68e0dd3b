package dev.persys.cli.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Looks before each read how long that may take. */
final class TimedInput extends FilterInputStream {
    private final Limit limit;

    /** Sets the socket's own limit; fails where there is no time left. */
    interface Limit {
        void set() throws IOException;
    }

    TimedInput(InputStream in, Limit limit) {
        super(in);
        this.limit = limit;
    }

    @Override
    public int read() throws IOException {
        limit.set();
        return super.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        limit.set();
        return super.read(bytes, offset, length);
    }
}
