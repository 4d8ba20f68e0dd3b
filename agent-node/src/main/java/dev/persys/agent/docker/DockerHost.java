package dev.persys.agent.docker;

import java.net.URI;
import java.net.URISyntaxException;

/** Docker's address as people write it. */
public final class DockerHost {
    private static final String UNIX = "unix://";
    private static final String TCP = "tcp://";

    private DockerHost() {}

    /**
     * From {@code unix:///path}, the path of a socket alone, or {@code tcp://host:port}. A path is taken as it is written,
     * blanks and all, as Docker's client does.
     *
     * @throws IllegalArgumentException if it is neither, with a sentence that says what is allowed
     */
    public static URI parse(String text) {
        String address = text.strip();
        String path = address.startsWith(UNIX) ? address.substring(UNIX.length()) : address;
        try {
            if (path.startsWith("/")) {
                return URI.create(UNIX + new URI(null, null, path, null).getRawPath());
            }
            if (address.startsWith(TCP)) {
                URI tcp = new URI(address);
                if (tcp.getHost() != null && tcp.getPort() > 0) {
                    return tcp;
                }
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(refusal(text), e);
        }
        throw new IllegalArgumentException(refusal(text));
    }

    private static String refusal(String text) {
        return "\"" + text + "\" is no address of Docker; unix:///path/to/docker.sock or tcp://host:port is wanted";
    }
}
