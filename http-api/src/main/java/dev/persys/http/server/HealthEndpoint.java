package dev.persys.http.server;

import dev.persys.api.Paths;
import java.util.Map;

/** {@code GET /healthz}: the process answers. */
public final class HealthEndpoint {
    private HealthEndpoint() {}

    public static Endpoint create() {
        return Endpoint.open(Paths.HEALTH, call -> Answers.now(Answers.json(Map.of("status", "ok"))));
    }
}
