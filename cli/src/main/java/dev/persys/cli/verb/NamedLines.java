package dev.persys.cli.verb;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Puts a name before each line, and writes lines whole: several of these may share what they write to. */
final class NamedLines extends OutputStream {
    /** What is longer is broken, so that a line without an end takes no memory without one. */
    private static final int LONGEST_LINE = 64 * 1024;

    private final PrintStream out;
    private final byte[] name;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    NamedLines(PrintStream out, String name) {
        this.out = out;
        this.name = name.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void write(int b) throws IOException {
        line.write(b);
        if (b == '\n' || line.size() >= LONGEST_LINE) {
            writeLine(b == '\n');
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            write(bytes[i]);
        }
    }

    /** Writes what is left, as a line. */
    @Override
    public void close() throws IOException {
        if (line.size() > 0) {
            writeLine(false);
        }
    }

    private void writeLine(boolean ended) throws IOException {
        synchronized (out) {
            out.write(name, 0, name.length);
            line.writeTo(out);
            if (!ended) {
                out.write('\n');
            }
            out.flush();
            line.reset();
            if (out.checkError()) {
                throw new IOException("whoever read the output has gone");
            }
        }
    }
}
