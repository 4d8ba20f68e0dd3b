package dev.persys.agent;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many lines some output has. Pure.
 *
 * @param lines the last of which may lack its end
 * @param isOpen whether it does
 */
record LineCount(long lines, boolean isOpen) {
    static final LineCount NONE = new LineCount(0, false);

    boolean isNothing() {
        return lines == 0;
    }

    /** After some more of the output. */
    LineCount and(ByteString more) {
        if (more.isEmpty()) {
            return this;
        }
        long ends = ends(more);
        boolean open = more.last() != '\n';
        // An open line was counted when it began.
        return new LineCount(lines + ends + (open ? 1 : 0) - (isOpen ? 1 : 0), open);
    }

    /** {@code output} without its first {@code count} lines; all of it where that is none or less. */
    static Source<ByteString, NotUsed> withoutFirst(Source<ByteString, NotUsed> output, long count) {
        return output.statefulMapConcat(() -> {
            AtomicLong left = new AtomicLong(Math.max(0, count));
            return bytes -> List.of(rest(bytes, left));
        });
    }

    /** What is behind the lines that are to be left out, of which there are fewer then. */
    private static ByteString rest(ByteString bytes, AtomicLong left) {
        int from = 0;
        while (left.get() > 0 && from < bytes.size()) {
            int end = bytes.indexOf((byte) '\n', from);
            if (end < 0) {
                return ByteString.emptyByteString();
            }
            left.decrementAndGet();
            from = end + 1;
        }
        return bytes.drop(from);
    }

    private static long ends(ByteString bytes) {
        long ends = 0;
        for (int at = bytes.indexOf((byte) '\n', 0); at >= 0; at = bytes.indexOf((byte) '\n', at + 1)) {
            ends++;
        }
        return ends;
    }
}
