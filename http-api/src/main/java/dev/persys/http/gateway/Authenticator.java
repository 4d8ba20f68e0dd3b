package dev.persys.http.gateway;

import akka.http.javadsl.model.HttpRequest;
import dev.persys.access.Principal;
import dev.persys.api.Problem;
import java.util.concurrent.CompletionStage;

/** Says who calls a gateway. A stage that fails lets nobody in: the caller is told that it is not known at the moment. */
@FunctionalInterface
public interface Authenticator {
    CompletionStage<Admission> admit(HttpRequest request);

    sealed interface Admission {
        record Admitted(Principal principal) implements Admission {}

        /**
         * Not let in.
         *
         * @param challenge the scheme to come back with, as {@code WWW-Authenticate} takes it
         * @param detail what to do
         */
        record Denied(String challenge, String detail) implements Admission {}

        /** Not let in, whatever else it brings: answered as the problem says. */
        record Refused(Problem problem) implements Admission {}
    }
}
