package dev.persys.http.server;

import akka.http.javadsl.model.HttpRequest;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** Every request has an id: the caller's own where it is fit to be logged, else one that is made here. */
public final class RequestIds {
    public static final String HEADER = "X-Request-Id";

    private static final Pattern FIT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/=+-]{0,127}");

    private RequestIds() {}

    /** That of a request, which may be one made here: asked once for each. */
    public static String of(HttpRequest request) {
        return request.getHeader(HEADER)
                .map(header -> header.value())
                .filter(id -> FIT.matcher(id).matches())
                .orElseGet(RequestIds::make);
    }

    /** Not a secret: the cheap source of randomness is enough. */
    public static String make() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }
}
