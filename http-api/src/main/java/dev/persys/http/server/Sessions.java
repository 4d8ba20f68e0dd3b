package dev.persys.http.server;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.AttributeKeys;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import akka.http.javadsl.model.ws.Message;
import akka.http.javadsl.model.ws.WebSocketUpgrade;
import akka.stream.javadsl.Flow;
import akka.util.ByteString;
import dev.persys.api.ArchiveQuery;
import dev.persys.api.FieldError;
import dev.persys.api.Parsed;
import dev.persys.api.Problem;
import dev.persys.api.SessionQuery;
import dev.persys.api.TerminalSize;
import dev.persys.http.SessionMessages;
import dev.persys.http.Shortened;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers that are sessions: bounded in number, ended by either side, by silence and when the server stops. */
public final class Sessions {
    /** As Linux has it. */
    private static final int LONGEST_PATH = 4096;

    private final OpenStreams open;
    private final int max;
    private final ActorSystem<?> system;

    /** For one port. */
    public Sessions(int max, ActorSystem<?> system) {
        this.open = new OpenStreams(max);
        this.max = max;
        this.system = system;
    }

    /** Those that are open, to be ended with the server. */
    public OpenStreams all() {
        return open;
    }

    /** Takes a place until the call's exchange ends; a refusal where there is none, or where no session is asked for. */
    public Optional<HttpResponse> refusal(Call call) {
        if (upgrade(call).isEmpty()) {
            return Optional.of(Answers.problem(
                            call,
                            Problem.Type.UPGRADE_REQUIRED,
                            "Ask for it with the headers of a WebSocket (RFC 6455), as persys exec, attach and cp do")
                    .addHeader(RawHeader.create("Upgrade", "websocket")));
        }
        return open.admit(call)
                ? Optional.empty()
                : Optional.of(Answers.problem(
                        call,
                        Problem.Type.BUSY,
                        max + " sessions are open: come again later, or raise persys.http.server.sessions.max"));
    }

    /** From a call that was not refused on both sides speak. */
    public HttpResponse begin(Call call, Flow<ByteString, ByteString, NotUsed> frames) {
        Flow<Message, Message, NotUsed> messages =
                SessionMessages.frames(system).via(frames).via(SessionMessages.messages());
        return upgrade(call).orElseThrow().handleMessagesWith(open.session(call, messages));
    }

    private static Optional<WebSocketUpgrade> upgrade(Call call) {
        return call.request().getAttribute(AttributeKeys.webSocketUpgrade);
    }

    /** What the query asks of the files of a container. */
    public static Parsed<ArchiveQuery> archive(Call call) {
        List<FieldError> errors = new ArrayList<>();
        String path = call.parameter("path").orElse("");
        if (!path.startsWith("/") || path.indexOf('\0') >= 0 || path.length() > LONGEST_PATH) {
            errors.add(new FieldError(
                    "?path",
                    path.isEmpty() ? "absent" : '"' + Shortened.of(path) + '"',
                    "an absolute path in the container, at most " + LONGEST_PATH + " characters"));
        }
        Optional<ArchiveQuery.Access> access = call.parameter("access").flatMap(ArchiveQuery.Access::of);
        if (access.isEmpty()) {
            errors.add(new FieldError(
                    "?access", call.parameter("access").map(Shortened::of).orElse("absent"), "stat, read or write"));
        }
        return errors.isEmpty()
                ? new Parsed.Valid<>(new ArchiveQuery(access.orElseThrow(), path))
                : new Parsed.Invalid<>(errors);
    }

    /**
     * What the query asks for.
     *
     * @param isExec whether a command is wanted; to attach, there is none
     */
    public static Parsed<SessionQuery> query(Call call, boolean isExec) {
        List<FieldError> errors = new ArrayList<>();
        boolean stdin = call.flag("stdin").orElse(false, errors);
        boolean tty = call.flag("tty").orElse(false, errors);
        Optional<Integer> rows = call.number("rows", 1, TerminalSize.MOST).orElse(Optional.empty(), errors);
        Optional<Integer> columns = call.number("columns", 1, TerminalSize.MOST).orElse(Optional.empty(), errors);
        if (rows.isPresent() != columns.isPresent()) {
            errors.add(new FieldError(
                    rows.isPresent() ? "?columns" : "?rows", "absent", "both rows and columns, or none"));
        }
        List<String> command = call.all("command");
        if (isExec && (command.isEmpty() || command.get(0).isEmpty())) {
            errors.add(new FieldError("?command", "absent", "the command and its arguments, one command=... each"));
        }
        List<String> env = call.all("env");
        for (String variable : env) {
            if (variable.indexOf('=') < 1) {
                errors.add(new FieldError("?env", '"' + variable + '"', "NAME=value"));
            }
        }
        return errors.isEmpty()
                ? new Parsed.Valid<>(new SessionQuery(
                        isExec ? command : List.of(),
                        stdin,
                        tty,
                        call.parameter("user").filter(user -> !user.isEmpty()),
                        call.parameter("workdir").filter(path -> !path.isEmpty()),
                        env,
                        rows.flatMap(most -> columns.map(wide -> new TerminalSize(most, wide)))))
                : new Parsed.Invalid<>(errors);
    }
}
