package dev.persys.http.net;

import java.util.Locale;
import java.util.Optional;

/**
 * Reads along what a client sends, and says where that has more than one reading: then somebody in front of this port, or
 * behind it, may see other requests in it than this port does (RFC 9112, sections 2.2, 5 and 6). Lines end with CR LF, no
 * header goes on in the next line, and one body has one length. It keeps nothing but the line at hand.
 */
final class StrictHeads {
    /** As long as Akka's parser takes one. */
    private static final int LONGEST_LINE = 8192;

    private enum Where {
        REQUEST_LINE,
        HEADER,
        BODY,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILER,
        /** Another protocol is spoken. */
        BEYOND
    }

    private final StringBuilder line = new StringBuilder();
    private Where where = Where.REQUEST_LINE;
    private boolean afterCr;
    private long left;
    private Optional<String> length = Optional.empty();
    private boolean chunked;
    private boolean upgrade;
    private int whole;

    /** Whether what came last stands in a head, and not in the middle of a body. */
    boolean isInHead() {
        return where == Where.REQUEST_LINE || where == Where.HEADER;
    }

    /** Up to where the bytes that came last are whole requests. */
    int whole() {
        return whole;
    }

    /** Why {@code bytes} are not taken; empty where they are. */
    Optional<String> fault(byte[] bytes) {
        int at = 0;
        whole = 0;
        while (at < bytes.length) {
            if (where == Where.BEYOND) {
                return Optional.empty();
            } else if (where == Where.BODY || where == Where.CHUNK) {
                int taken = (int) Math.min(left, bytes.length - at);
                at += taken;
                left -= taken;
                if (left == 0) {
                    where = where == Where.BODY ? Where.REQUEST_LINE : Where.CHUNK_END;
                }
            } else {
                Optional<String> fault = next(bytes[at++]);
                if (fault.isPresent()) {
                    return fault;
                }
            }
            whole = where == Where.REQUEST_LINE && line.isEmpty() && !afterCr ? at : whole;
        }
        return Optional.empty();
    }

    private Optional<String> next(byte one) {
        if (one == '\n') {
            if (!afterCr) {
                return Optional.of("a line ends with LF alone");
            }
            afterCr = false;
            String whole = line.toString();
            line.setLength(0);
            return ended(whole);
        } else if (afterCr) {
            return Optional.of("a CR stands within a line");
        } else if (one == '\r') {
            afterCr = true;
            return Optional.empty();
        } else if (one == 0) {
            return Optional.of("a NUL stands in it");
        } else if (line.length() == LONGEST_LINE) {
            return Optional.of("a line is longer than " + LONGEST_LINE + " bytes");
        }
        line.append((char) (one & 0xff));
        return Optional.empty();
    }

    private Optional<String> ended(String whole) {
        return switch (where) {
            case REQUEST_LINE -> requestLine(whole);
            case HEADER -> whole.isEmpty() ? body() : header(whole);
            case CHUNK_SIZE -> chunkSize(whole);
            case CHUNK_END -> {
                where = Where.CHUNK_SIZE;
                yield whole.isEmpty() ? Optional.empty() : Optional.of("a chunk is longer than it says");
            }
            case TRAILER -> {
                where = whole.isEmpty() ? Where.REQUEST_LINE : Where.TRAILER;
                yield Optional.empty();
            }
            case BODY, CHUNK, BEYOND -> throw new IllegalStateException("no lines are read there");
        };
    }

    /** An empty line before a request is taken by every server. */
    private Optional<String> requestLine(String whole) {
        if (!whole.isEmpty()) {
            where = Where.HEADER;
            length = Optional.empty();
            chunked = false;
            upgrade = false;
        }
        return Optional.empty();
    }

    private Optional<String> header(String whole) {
        if (whole.charAt(0) == ' ' || whole.charAt(0) == '\t') {
            return Optional.of("a header goes on in a second line");
        }
        int colon = whole.indexOf(':');
        if (colon < 1 || whole.charAt(colon - 1) == ' ' || whole.charAt(colon - 1) == '\t') {
            return Optional.of("a header has no name right before its colon");
        }
        String value = whole.substring(colon + 1).strip();
        switch (whole.substring(0, colon).toLowerCase(Locale.ROOT)) {
            case "content-length" -> {
                if (length.isPresent()) {
                    return Optional.of("it has two Content-Length");
                } else if (!value.matches("[0-9]{1,18}")) {
                    return Optional.of("its Content-Length is no number");
                }
                length = Optional.of(value);
            }
            case "transfer-encoding" -> {
                if (chunked || !value.equalsIgnoreCase("chunked")) {
                    return Optional.of("its Transfer-Encoding is not chunked alone");
                }
                chunked = true;
            }
            case "upgrade" -> upgrade = true;
            default -> {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private Optional<String> body() {
        if (chunked && length.isPresent()) {
            return Optional.of("it has both Content-Length and Transfer-Encoding");
        } else if (chunked) {
            where = Where.CHUNK_SIZE;
        } else {
            left = length.map(Long::parseLong).orElse(0L);
            where = left > 0 ? Where.BODY : upgrade ? Where.BEYOND : Where.REQUEST_LINE;
        }
        return Optional.empty();
    }

    private Optional<String> chunkSize(String whole) {
        String size = whole.replaceFirst("[ \t]*;.*", "");
        if (!size.matches("[0-9A-Fa-f]{1,8}")) {
            return Optional.of("a chunk's size is no number");
        }
        left = Long.parseLong(size, 16);
        where = left == 0 ? Where.TRAILER : Where.CHUNK;
        return Optional.empty();
    }
}
