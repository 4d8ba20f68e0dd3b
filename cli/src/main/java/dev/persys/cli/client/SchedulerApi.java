package dev.persys.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Problem;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The scheduler's routes.
 *
 * <p>Every method throws {@link Failure} where there is no usable answer, and {@link Refusal} where the scheduler
 * refused. One that is full is asked again for some seconds first, when it says to be. Where a deadline passes, the
 * failure is {@link ExitCode#TIMED_OUT}, whatever was being read.
 */
public final class SchedulerApi {
    private static final int READ_LIMIT_MILLIS = 60_000;
    private static final int FIRST_OTHER_STATUS = 300;
    private static final int FIRST_OF_PROXIES = 502;
    private static final int LAST_OF_PROXIES = 504;
    private static final int PAGE = 500;
    private static final int SENDINGS = 3;
    private static final int API_PORT = 8085;
    private static final String FATE_UNKNOWN = ", and whether it took the request is not known";

    private final Address address;
    private final Connector connector;
    private final Deadline deadline;

    public SchedulerApi(Address address) {
        this(address, Deadline.NONE);
    }

    /** Of which every request, and everything that is read as it comes, ends at {@code deadline}. */
    public SchedulerApi(Address address, Deadline deadline) {
        this.address = address;
        this.connector = new Connector(address);
        this.deadline = deadline;
    }

    public Address address() {
        return address;
    }

    public JsonNode get(String path) {
        return json("GET", path);
    }

    public JsonNode post(String path) {
        return json("POST", path);
    }

    /** Posts a body. Whether it was carried out is not known where the connection breaks. */
    public JsonNode post(String path, JsonNode body) {
        byte[] bytes = JsonText.write(body).getBytes(StandardCharsets.UTF_8);
        try {
            return Patience.send(
                    false,
                    deadline,
                    () -> exchange("POST", path, List.of("Content-Type: application/json"), Optional.of(bytes)));
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    public JsonNode delete(String path) {
        return json("DELETE", path);
    }

    /**
     * Posts what {@code key} makes safe to send again: where a connection breaks, whether the request was carried out
     * is found out by sending it once more. Refused where something alive has the name already.
     *
     * @param remedy how to find out whether it was carried out, where that is not known in the end
     */
    public JsonNode postOnce(String path, JsonNode body, String key, String remedy) {
        byte[] bytes = JsonText.write(body).getBytes(StandardCharsets.UTF_8);
        // Two of one name are seldom meant, and hard to tell apart afterwards.
        List<String> headers = List.of("Content-Type: application/json", "Idempotency-Key: " + key, "If-None-Match: *");
        for (int sending = 1; ; sending++) {
            try {
                return Patience.send(true, deadline, () -> exchange("POST", path, headers, Optional.of(bytes)));
            } catch (ConnectException | UnknownHostException e) {
                throw unreachable(e);
            } catch (IOException e) {
                if (sending == SENDINGS || deadline.isPassed()) {
                    throw unknown(unreachable(e), FATE_UNKNOWN, remedy);
                }
            } catch (Refusal e) {
                if (e.problem().type().equals(Problem.Type.TIMEOUT.word())) {
                    throw unknown(e.failure(), "", remedy);
                }
                throw e;
            }
        }
    }

    /**
     * Puts {@code body} in the place of what was read at {@code revision}. Refused where that has changed since.
     *
     * @param remedy how to find out whether it was carried out, where that is not known in the end
     */
    public JsonNode put(String path, JsonNode body, long revision, String remedy) {
        return put(path, body, List.of("Content-Type: application/json", "If-Match: \"" + revision + "\""), remedy);
    }

    /**
     * Puts {@code body} in the place of whatever is there.
     *
     * @param remedy how to find out whether it was carried out, where that is not known in the end
     */
    public JsonNode put(String path, JsonNode body, String remedy) {
        return put(path, body, List.of("Content-Type: application/json"), remedy);
    }

    private JsonNode put(String path, JsonNode body, List<String> headers, String remedy) {
        byte[] bytes = JsonText.write(body).getBytes(StandardCharsets.UTF_8);
        try {
            return Patience.send(false, deadline, () -> exchange("PUT", path, headers, Optional.of(bytes)));
        } catch (ConnectException | UnknownHostException e) {
            throw unreachable(e);
        } catch (IOException e) {
            throw unknown(unreachable(e), FATE_UNKNOWN, remedy);
        } catch (Refusal e) {
            if (e.problem().type().equals(Problem.Type.TIMEOUT.word())) {
                throw unknown(e.failure(), "", remedy);
            }
            throw e;
        }
    }

    private static Failure unknown(Failure failure, String more, String remedy) {
        return new Failure(failure.code(), failure.getMessage() + more, remedy);
    }

    /** Sends {@code body} once: what is not told as done is looked at before it is sent again. */
    public JsonNode send(String method, String path, JsonNode body) {
        byte[] bytes = JsonText.write(body).getBytes(StandardCharsets.UTF_8);
        try {
            return Patience.send(
                    false,
                    deadline,
                    () -> exchange(method, path, List.of("Content-Type: application/json"), Optional.of(bytes)));
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /** All pages of a list, in one. */
    public List<JsonNode> list(String path, String field, Map<String, String> query) {
        List<JsonNode> items = new ArrayList<>();
        String next = null;
        do {
            StringBuilder page = new StringBuilder(path).append("?limit=").append(PAGE);
            for (Map.Entry<String, String> entry : query.entrySet()) {
                page.append('&').append(entry.getKey()).append('=').append(encode(entry.getValue()));
            }
            if (next != null) {
                page.append("&continue=").append(encode(next));
            }
            JsonNode answer = get(page.toString());
            answer.path(field).forEach(items::add);
            next = answer.path("continue").textValue();
        } while (next != null);
        return items;
    }

    /**
     * An answer that is read as it comes.
     *
     * @param headers whole lines, such as {@code Accept: text/plain}
     * @param silence how long nothing may come before reading fails; zero is for ever
     */
    public Streaming stream(String path, List<String> headers, Duration silence) {
        int millis = (int) Math.min(Integer.MAX_VALUE, silence.toMillis());
        try {
            return Patience.send(
                    false, deadline, () -> new Streaming(call("GET", path, headers, Optional.empty(), millis)));
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /** A session in a container; both sides speak as long as it is open. */
    public SessionSocket session(String path) {
        String key = SessionSocket.newKey();
        List<String> headers = List.of("Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " + key);
        try {
            return Patience.send(
                    false, deadline, () -> SessionSocket.on(call("GET", path, headers, Optional.empty(), 0), key));
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /** A part of a path or query. */
    public static String encode(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** An open answer; closing it closes its connection. */
    public static final class Streaming implements AutoCloseable {
        private final HttpCall call;

        private Streaming(HttpCall call) {
            this.call = call;
        }

        public Optional<String> header(String name) {
            return call.header(name);
        }

        public InputStream body() {
            return call.body();
        }

        @Override
        public void close() throws IOException {
            call.close();
        }
    }

    private JsonNode json(String method, String path) {
        try {
            return Patience.send(false, deadline, () -> exchange(method, path, List.of(), Optional.empty()));
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private JsonNode exchange(String method, String path, List<String> headers, Optional<byte[]> body)
            throws IOException {
        try (HttpCall call = call(method, path, headers, body, READ_LIMIT_MILLIS)) {
            return JsonText.read(call.body());
        } catch (JsonEOFException e) {
            throw e; // Cut off: it may have been ours.
        } catch (JsonProcessingException e) {
            throw noApi("what it answers is no JSON");
        }
    }

    private HttpCall call(String method, String path, List<String> headers, Optional<byte[]> body, int silenceMillis)
            throws IOException {
        List<String> all = new ArrayList<>(headers);
        address.token().ifPresent(token -> all.add("Authorization: Bearer " + token));
        HttpCall call =
                HttpCall.send(connector, new HttpCall.Request(method, path, all, body, silenceMillis, deadline));
        if (isPage(call)) {
            try (call) {
                throw noApi("it answers with status " + call.status() + " and a page of HTML");
            }
        } else if (call.status() >= FIRST_OTHER_STATUS) {
            try (call) {
                Problem problem = problem(call);
                if (isWithoutTls(problem)) {
                    throw withoutTls();
                } else if (isNoApi(call, problem)) {
                    throw noApi(
                            problem.type().equals(Problem.Type.UNKNOWN_PATH.word())
                                    ? problem.detail()
                                    : "it answers with status " + problem.status());
                }
                throw new Refusal(problem, retryAfter(call), address, subject(path));
            }
        }
        return call;
    }

    /** Whether a port with TLS was asked without: nothing else of what we send is no HTTP. */
    private boolean isWithoutTls(Problem problem) {
        return "http".equals(address.base().getScheme()) && problem.type().equals(Problem.Type.MALFORMED_HTTP.word());
    }

    private Failure withoutTls() {
        return new Failure(
                ExitCode.UNREACHABLE,
                "the scheduler at " + address + " speaks TLS, and was asked without",
                "Ask by https://" + address.base().getRawAuthority()
                        + ", with a certificate: --certificate, --key and --roots.");
    }

    /** Whether whoever answers has no such path, or is none of ours: a scheduler says of what there is none. */
    private static boolean isNoApi(HttpCall call, Problem problem) {
        boolean ours = call.header("Content-Type")
                .filter(type -> type.startsWith(Problem.MEDIA_TYPE))
                .isPresent();
        return call.status() == Problem.Type.UNKNOWN_PATH.status()
                && (!ours || problem.type().equals(Problem.Type.UNKNOWN_PATH.word()));
    }

    /** Whether it is for people with a browser. One of a proxy that cannot reach what is behind it is told in its words. */
    private static boolean isPage(HttpCall call) {
        boolean isOfAProxy = call.status() >= FIRST_OF_PROXIES && call.status() <= LAST_OF_PROXIES;
        return !isOfAProxy
                && call.header("Content-Type")
                        .filter(type -> type.startsWith("text/html"))
                        .isPresent();
    }

    private Failure noApi(String said) {
        return new Failure(
                ExitCode.UNREACHABLE,
                address + " is no API of a Persys scheduler (" + said + "); the API's port is " + API_PORT
                        + ", unless it was configured otherwise",
                "Check --address or PERSYS_ADDRESS; a scheduler of an older version may not have this yet.");
    }

    /** What a path is about: the part behind {@code /workloads} or {@code /nodes}. */
    private static Optional<String> subject(String path) {
        String[] parts = path.replaceFirst("\\?.*", "").split("/", 4);
        boolean about = parts.length > 2 && (parts[1].equals("workloads") || parts[1].equals("nodes"));
        return about && !parts[2].isEmpty()
                ? Optional.of(URLDecoder.decode(parts[2], StandardCharsets.UTF_8))
                : Optional.empty();
    }

    /** In seconds, as our scheduler says it; a date is no use to who may have another clock. */
    private static Optional<Duration> retryAfter(HttpCall call) {
        return call.header("Retry-After")
                .filter(text -> text.matches("\\d{1,6}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)));
    }

    private static Problem problem(HttpCall call) throws IOException {
        String body = new String(call.body().readAllBytes(), StandardCharsets.UTF_8);
        boolean json = call.header("Content-Type")
                .filter(type -> type.contains("json"))
                .isPresent();
        return json ? Refusal.problem(call.status(), JsonText.read(body)) : Refusal.foreign(call.status(), body);
    }

    private Failure unreachable(IOException e) {
        String what = "the scheduler at " + address;
        String next = address.ofDevelopmentCluster()
                ? "persys dev status says how the cluster is; persys dev start starts it."
                : "Check --address or PERSYS_ADDRESS, and that the scheduler runs there.";
        if (deadline.isPassed()) {
            return new Failure(ExitCode.TIMED_OUT, what + " did not answer in the time that --timeout gives", next);
        } else if (e instanceof ConnectException) {
            return new Failure(ExitCode.UNREACHABLE, "nothing answers at " + address, next);
        } else if (e instanceof UnknownHostException) {
            return new Failure(
                    ExitCode.UNREACHABLE, "there is no host " + address.base().getHost(), next);
        } else if (e instanceof SocketTimeoutException) {
            return new Failure(ExitCode.UNREACHABLE, what + " did not answer in time", next);
        }
        return new TlsProblem(address)
                .failure(e)
                .orElseGet(() -> new Failure(ExitCode.UNREACHABLE, what + " broke off: " + e.getMessage(), next));
    }
}
