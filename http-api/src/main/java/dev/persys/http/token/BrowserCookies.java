package dev.persys.http.token;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.headers.Cookie;
import akka.http.javadsl.model.headers.HttpCookiePair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The cookies of a browser that is signed in, by their names. {@code __Host-} makes the browser refuse them from anybody but
 * this host, and over plain text.
 */
public final class BrowserCookies {
    /** The access token. */
    public static final String ACCESS = "__Host-persys";

    /** The refresh token; only {@code POST /auth/refresh} and {@code /auth/logout} look at it. */
    public static final String REFRESH = "__Host-persys-refresh";

    /** What pages of ours send as {@link #CSRF_HEADER} with whatever changes something. */
    public static final String CSRF = "__Host-persys-csrf";

    /** Binds a sign-in by GitHub to the browser that began it. */
    public static final String FLOW = "__Host-persys-flow";

    public static final String CSRF_HEADER = "Persys-Csrf";

    private BrowserCookies() {}

    /** The one of that name; empty where there is none, or more than one, of which another's may be the first. */
    public static Optional<String> find(HttpRequest request, String name) {
        List<String> found = new ArrayList<>();
        request.getHeaders().forEach(header -> {
            if (header instanceof Cookie cookies) {
                for (HttpCookiePair pair : cookies.getCookies()) {
                    if (pair.name().equals(name)) {
                        found.add(pair.value());
                    }
                }
            }
        });
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }
}
