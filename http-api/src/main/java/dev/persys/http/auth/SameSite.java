package dev.persys.http.auth;

import akka.http.javadsl.model.Host;
import akka.http.javadsl.model.HttpProtocols;
import akka.http.javadsl.model.HttpRequest;
import dev.persys.api.Problem;
import dev.persys.http.HttpSettings;
import dev.persys.http.Shortened;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps out what web pages of other sites make a browser send to a port that trusts its callers' machine. A page whose
 * name was made to mean this machine's address (DNS rebinding) asks for its own name in {@code Host}; a page elsewhere is
 * named in {@code Origin}, which browsers send with everything that changes something.
 */
public final class SameSite {
    private final Set<String> names;
    private final boolean loopbackOnly;

    private SameSite(Set<String> names, boolean loopbackOnly) {
        this.names = names;
        this.loopbackOnly = loopbackOnly;
    }

    /**
     * For a port.
     *
     * @param address that it is bound to
     * @param names by which it is asked for beside its own
     */
    public static SameSite of(HttpSettings.Listener listener, InetSocketAddress address, Set<String> names) {
        Set<String> all = new HashSet<>(names);
        all.add("localhost");
        all.add(plain(listener.bindAddress()));
        return new SameSite(all, address.getAddress().isLoopbackAddress());
    }

    /** Why the request is not answered; empty where it is. */
    public Optional<Problem> refusal(HttpRequest request) {
        Optional<String> host =
                request.getHeader(akka.http.javadsl.model.headers.Host.class).map(header -> header.value());
        if (host.isEmpty() && request.protocol().equals(HttpProtocols.HTTP_1_1)) {
            return Optional.of(Problem.of(
                    Problem.Type.MALFORMED_HTTP, "HTTP/1.1 wants a Host header: send the name of this server"));
        }
        if (!isOurs(request.getUri().getHost())) {
            return Optional.of(Problem.of(
                    Problem.Type.FOREIGN_HOST,
                    "\"" + Shortened.of(request.getUri().getHost().address())
                            + "\" is no name of this server: ask for it by its address, or put the name into"
                            + " persys.http.server.host-names"));
        }
        return request.getHeader("Origin")
                .map(origin -> origin.value())
                .filter(origin -> !isOf(host.orElse(""), origin))
                .map(origin -> Problem.of(
                        Problem.Type.FOREIGN_ORIGIN,
                        "A page of " + Shortened.of(origin) + " sent this: pages of other sites are not served"));
    }

    /** An address is nobody's to bind anew: by a page's name alone can a browser be led here. */
    private boolean isOurs(Host host) {
        if (host.isNamedHost()) {
            return names.contains(plain(host.address()));
        }
        try {
            return !loopbackOnly
                    || names.contains(plain(host.address()))
                    || InetAddress.getByName(host.address()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static boolean isOf(String host, String origin) {
        int scheme = origin.indexOf("://");
        return scheme > 0 && origin.substring(scheme + 3).equalsIgnoreCase(host);
    }

    private static String plain(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
