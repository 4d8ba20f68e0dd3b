package dev.persys.http.scheduler.auth;

import dev.persys.http.server.Asking;
import dev.persys.http.server.Endpoint;
import dev.persys.protocol.Documents;
import dev.persys.protocol.SchedulerProtocol;
import java.util.List;
import java.util.stream.Stream;

/** All routes below {@code /auth}. */
public final class AuthRoutes {
    private AuthRoutes() {}

    /** Those of one scheduler. */
    public static List<Endpoint> endpoints(
            AuthService service, Documents view, Asking<SchedulerProtocol.Command> scheduler, int pageSize) {
        AuthDocuments documents = new AuthDocuments(view, scheduler);
        SessionIssuer issuer = new SessionIssuer(service, documents);
        return Stream.of(
                        new TokenRoutes(service, documents, pageSize).endpoints(),
                        new UserRoutes(service, documents, pageSize).endpoints(),
                        new SignInRoutes(service, documents, issuer).endpoints(),
                        new GitHubRoutes(service, documents, issuer).endpoints(),
                        new CheckRoutes(service, documents).endpoints())
                .flatMap(List::stream)
                .toList();
    }
}
