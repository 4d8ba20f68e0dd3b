package dev.persys.http.agent;

import akka.actor.typed.ActorRef;
import akka.http.javadsl.model.HttpResponse;
import dev.persys.api.ArchiveQuery;
import dev.persys.api.Paths;
import dev.persys.api.Problem;
import dev.persys.api.SessionQuery;
import dev.persys.http.EngineAway;
import dev.persys.http.auth.Access.Role;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Asking;
import dev.persys.http.server.Call;
import dev.persys.http.server.Endpoint;
import dev.persys.http.server.Sessions;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.SessionReply;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * {@code GET /docker/exec/{container}}, {@code /docker/attach/{container}} and {@code /docker/archive/{container}}: WebSockets
 * into a container.
 */
final class SessionRoutes {
    private static final Set<String> ATTACH = Set.of("stdin", "rows", "columns");

    private final Asking<AgentProtocol.Command> agent;
    private final Sessions sessions;

    SessionRoutes(Asking<AgentProtocol.Command> agent, Sessions sessions) {
        this.agent = agent;
        this.sessions = sessions;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get(
                        Paths.DOCKER_EXEC,
                        Role.NODE,
                        SessionQuery.NAMES,
                        SessionQuery.REPEATABLE,
                        call -> open(call, true)),
                Endpoint.get(Paths.DOCKER_ATTACH, Role.NODE, ATTACH, call -> open(call, false)),
                Endpoint.get(Paths.DOCKER_ARCHIVE, Role.NODE, ArchiveQuery.NAMES, this::archive));
    }

    private CompletionStage<HttpResponse> open(Call call, boolean isExec) {
        if (!ContainerRoutes.isContainer(call.variable())) {
            return Answers.now(ContainerRoutes.noContainer(call));
        }
        return Sessions.query(call, isExec)
                .fold(
                        query -> open(call, replyTo -> new AgentProtocol.OpenSession(call.variable(), query, replyTo)),
                        errors -> Answers.now(Answers.invalid(call, errors)));
    }

    private CompletionStage<HttpResponse> archive(Call call) {
        if (!ContainerRoutes.isContainer(call.variable())) {
            return Answers.now(ContainerRoutes.noContainer(call));
        }
        return Sessions.archive(call)
                .fold(
                        query -> open(call, replyTo -> new AgentProtocol.OpenArchive(call.variable(), query, replyTo)),
                        errors -> Answers.now(Answers.invalid(call, errors)));
    }

    private CompletionStage<HttpResponse> open(
            Call call, Function<ActorRef<SessionReply>, AgentProtocol.Command> wish) {
        Optional<HttpResponse> refusal = sessions.refusal(call);
        if (refusal.isPresent()) {
            return Answers.now(refusal.get());
        }
        return agent.<SessionReply, HttpResponse>ask(wish, reply -> {
            if (reply instanceof SessionReply.Opened opened) {
                return sessions.begin(call, opened.frames());
            }
            if (reply instanceof SessionReply.NotRunning stopped) {
                return Answers.problem(call, Problem.Type.NOT_RUNNING, stopped.detail());
            }
            if (reply instanceof SessionReply.Refused refused) {
                return Answers.problem(call, Problem.Type.SESSION_REFUSED, refused.detail());
            }
            return reply instanceof SessionReply.Unavailable unavailable
                    ? EngineAway.saidBy(Answers.problem(call, Problem.Type.UNAVAILABLE, unavailable.detail()))
                    : ContainerRoutes.noContainer(call);
        });
    }
}
