package dev.persys.cli.verb;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;

/** Keeps the last lines of what is written, and writes them when it is closed. */
final class LastLines extends OutputStream {
    private final OutputStream out;
    private final int count;
    private final Deque<byte[]> lines = new ArrayDeque<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    LastLines(OutputStream out, int count) {
        this.out = out;
        this.count = count;
    }

    @Override
    public void write(int b) {
        line.write(b);
        if (b == '\n') {
            take();
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            write(bytes[i]);
        }
    }

    @Override
    public void close() throws IOException {
        if (line.size() > 0) {
            take();
        }
        for (byte[] each : lines) {
            out.write(each);
        }
        lines.clear();
        out.flush();
    }

    private void take() {
        lines.addLast(line.toByteArray());
        line.reset();
        if (lines.size() > count) {
            lines.removeFirst();
        }
    }
}
