package dev.persys.cli.output;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Optional;

/** A print stream that remembers why it could not write; the platform's only says that it could not. */
public final class DataOut extends PrintStream {
    /** What the kernel says where the reader of a pipe has gone, as {@code head} does when it has seen enough. */
    private static final String NOBODY_READS = "Broken pipe";

    private final Remembering target;

    /** Onto {@code target}, in {@code charset}. */
    public DataOut(OutputStream target, Charset charset) {
        this(new Remembering(target), charset);
    }

    private DataOut(Remembering target, Charset charset) {
        super(new BufferedOutputStream(target), true, charset);
        this.target = target;
    }

    /** Standard output, in the encoding that Java takes for it. */
    public static DataOut ofProcess() {
        String encoding = System.getProperty("stdout.encoding", System.getProperty("native.encoding"));
        return new DataOut(new FileOutputStream(FileDescriptor.out), Charset.forName(encoding));
    }

    /** Why something could not be written; nothing where all was, or where nobody reads it. */
    public Optional<String> failure() {
        return Optional.ofNullable(target.first).filter(why -> !why.contains(NOBODY_READS));
    }

    private static final class Remembering extends FilterOutputStream {
        private volatile String first;

        Remembering(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                if (first == null) {
                    first = String.valueOf(e.getMessage());
                }
                throw e;
            }
        }
    }
}
