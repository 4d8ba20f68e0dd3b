package dev.persys.agent.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.exception.DockerException;
import dev.persys.api.Json;
import dev.persys.model.HostPort;
import dev.persys.model.ImageReference;
import dev.persys.model.PortMapping;
import dev.persys.model.Protocol;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Docker's errors as ours, with Docker's message and nothing around it.
 *
 * <p>The status alone does not tell what may pass: Docker answers 500 to whatever it was doing while it ends, and 400 to
 * whatever runc had no time to say. So the words decide first, by {@link #WORDS}, gathered from Docker 20.10 to 28.
 */
final class DockerFailures {
    /** Words, and what they mean; the first that fits counts. */
    private record Words(Kind kind, Pattern pattern) {
        static Words of(Kind kind, String... any) {
            return new Words(kind, Pattern.compile(String.join("|", any), Pattern.CASE_INSENSITIVE));
        }

        boolean isIn(String message) {
            return pattern.matcher(message).find();
        }
    }

    private static final List<Words> WORDS = List.of(
            // The engine's own helper, which an update or a stop takes away: before the container's own command.
            Words.of(Kind.UNAVAILABLE, "failed to start shim"),
            // Of the command, the user and the mounts themselves. They are quoted, so before all that they may quote.
            Words.of(
                    Kind.REFUSED,
                    "exec: \"",
                    "executable file not found",
                    "exec format error",
                    "unable to find (user|group)",
                    "no matching entries in (passwd|group) file",
                    "mount a directory onto a file",
                    "no command specified",
                    "does not support reading"),
            // What a killed engine, containerd or shim left under this container's id.
            Words.of(
                    Kind.UNSTARTABLE,
                    "id already in use",
                    "container with (given )?id (already )?exists",
                    "(task|container) \\S+:? already exists",
                    "\\S+: already exists",
                    "mkdir \\S*(containerd|moby|runc)\\S*: file exists",
                    "shim\\S*\\.sock: bind: address already in use"),
            // Docker ends, or what it leans on does.
            Words.of(
                    Kind.UNAVAILABLE,
                    "transport is closing",
                    "client connection is closing",
                    "context canceled",
                    "context deadline exceeded",
                    "failed to (update|get|delete|save|add) (\\S+ )*store",
                    "database not open",
                    "shutting down",
                    "error while dialing",
                    "error reading from server",
                    "dial unix \\S+:",
                    "ttrpc: ",
                    "shim (disconnected|died|exited|is not running)",
                    "broken pipe",
                    "connection reset by peer",
                    "use of closed network connection",
                    "unexpected EOF"),
            // What is not there, or not free, just now.
            Words.of(
                    Kind.NOT_NOW,
                    "port is already allocated",
                    "address already in use",
                    "network \\S+ not found",
                    "could not find (a network|network|plugin)",
                    "plugin \\S+ not found",
                    "no such device",
                    "no available IPv4 addresses",
                    "source path does not exist",
                    "error while mounting volume",
                    "failed to mount local volume",
                    "transport endpoint is not connected",
                    "stale (NFS )?file handle",
                    "error gathering device information",
                    "device or resource busy",
                    "too many open files",
                    "cannot allocate memory",
                    "resource temporarily unavailable",
                    "no space left on device",
                    "marked for removal",
                    "endpoint with name \\S+ already exists",
                    "unable to retrieve OCI runtime error",
                    "signal: (killed|terminated)"));

    /** How a port of the node is named that cannot be had: by the daemon, its proxy, or the kernel's answer to it. */
    private static final Pattern PORT = Pattern.compile(
            "(?:Bind for|listen (tcp|udp|sctp)[46]?|host port(?: for)?|bind port) (?:\\[[^\\]\\s]*\\]|[0-9.]*):([0-9]{1,5})\\b"
                    + "(?:\\S*/(tcp|udp|sctp)\\b)?");

    private static final Pattern IN_USE = Pattern.compile("already (allocated|in use)");

    /** What a registry or Docker says where another attempt cannot help. */
    private static final Pattern FINAL_PULL_ERROR = Pattern.compile(
            "access denied|access to the resource is denied|unauthorized|authentication required|not found|"
                    + "manifest unknown|no matching manifest|invalid reference|no basic auth credentials|"
                    + "incorrect username or password|name unknown|no space left",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern WANTS_CREDENTIALS =
            Pattern.compile("no basic auth credentials|unauthorized|authentication required|incorrect username");

    private DockerFailures() {}

    static RuntimeFailure of(Throwable failure) {
        if (failure instanceof RuntimeFailure known) {
            return known;
        }
        if (failure instanceof DockerException refusal) {
            return ofStatus(refusal.getHttpStatus(), messageIn(String.valueOf(refusal.getMessage())));
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException) {
                String why = Optional.ofNullable(cause.getMessage())
                        .orElse(cause.getClass().getSimpleName());
                return new RuntimeFailure(Kind.UNAVAILABLE, "Docker cannot be reached: " + why, failure);
            }
        }
        return RuntimeFailure.from(failure);
    }

    /** Of a start: there a conflict is a container that is on its way out, or was paused. */
    static RuntimeFailure ofStart(DockerException refusal) {
        RuntimeFailure failure = of(refusal);
        return failure.kind() == Kind.CONFLICT ? new RuntimeFailure(Kind.NOT_NOW, failure.getMessage()) : failure;
    }

    static RuntimeFailure ofStatus(int status, String message) {
        Optional<Kind> byWords = WORDS.stream()
                .filter(words -> words.isIn(message))
                .map(Words::kind)
                .findFirst();
        Kind kind = switch (status) {
            // A network or a plugin that is absent may come; an image or a container that is absent is what was asked.
            case 404 -> byWords.filter(words -> words == Kind.NOT_NOW).orElse(Kind.NOT_FOUND);
            case 409 -> byWords.filter(words -> words == Kind.UNSTARTABLE).orElse(Kind.CONFLICT);
            case 501 -> Kind.REFUSED;
            case 502, 503, 504 -> Kind.UNAVAILABLE;
            // Docker says 4xx where it holds the asker to be wrong, and 500 to all that it did not foresee.
            default -> byWords.orElse(status >= 500 ? Kind.NOT_NOW : Kind.REFUSED);
        };
        return kind == Kind.NOT_NOW && IN_USE.matcher(message).find()
                ? portIn(message)
                        .map(port -> RuntimeFailure.portInUse(port, message))
                        .orElseGet(() -> new RuntimeFailure(kind, message))
                : new RuntimeFailure(kind, message);
    }

    /** TCP where nothing says which protocol. */
    private static Optional<HostPort> portIn(String message) {
        Matcher found = PORT.matcher(message);
        if (!found.find()) {
            return Optional.empty();
        }
        String protocol = Optional.ofNullable(found.group(1))
                .or(() -> Optional.ofNullable(found.group(3)))
                .orElse("tcp");
        int port = Integer.parseInt(found.group(2));
        return Optional.of(port)
                .filter(PortMapping::isPort)
                .map(number -> new HostPort(number, Protocol.valueOf(protocol.toUpperCase(Locale.ROOT))));
    }

    /** A fetch that failed with an answer from Docker: final, or worth another attempt. */
    static RuntimeFailure ofPull(String message) {
        boolean isFinal = FINAL_PULL_ERROR.matcher(message).find();
        boolean nameUnresolved = message.contains("no such host") || message.contains("server misbehaving");
        return new RuntimeFailure(isFinal && !nameUnresolved ? Kind.REFUSED : Kind.UNAVAILABLE, message);
    }

    /** What to do where a registry wants to know who asks. */
    static RuntimeFailure withHint(RuntimeFailure failure, ImageReference image, RegistryCredentials.Chosen chosen) {
        if (!WANTS_CREDENTIALS.matcher(failure.getMessage()).find()) {
            return failure;
        }
        String host = image.registryHost();
        String hint = chosen.complaint()
                .or(() -> chosen.header().isPresent()
                        ? Optional.of("credentials for " + host + " were sent along")
                        : Optional.of("no credentials were sent along: name those for " + host
                                + " with --registry-credentials, or let this node's user log in with docker login"))
                .orElseThrow();
        return new RuntimeFailure(failure.kind(), failure.getMessage() + " (" + hint + ")");
    }

    /** From {@code Status 404: {"message":"No such image: …"}} or the JSON alone. */
    static String messageIn(String text) {
        int start = text.indexOf('{');
        if (start >= 0) {
            try {
                JsonNode message = Json.MAPPER.readTree(text.substring(start)).path("message");
                if (message.isTextual()) {
                    return message.asText();
                }
            } catch (IOException e) {
                return text.strip();
            }
        }
        return text.strip();
    }
}
