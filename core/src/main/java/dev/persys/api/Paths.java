package dev.persys.api;

/**
 * The paths of every HTTP surface, spelled once. A part in braces stands for one path segment. {@code /v1} in front of
 * a path is the same path.
 */
public final class Paths {
    /** What may stand in front of every path. */
    public static final String VERSION = "v1";

    /** To accept a workload. */
    public static final String SCHEDULE = "/workloads/schedule";

    public static final String WORKLOADS = "/workloads";

    /** One workload, by its id, a unique prefix of it, or its name. */
    public static final String WORKLOAD = "/workloads/{workload}";

    public static final String WORKLOAD_STOP = "/workloads/{workload}/stop";
    public static final String WORKLOAD_START = "/workloads/{workload}/start";
    public static final String WORKLOAD_RESTART = "/workloads/{workload}/restart";
    public static final String WORKLOAD_LOGS = "/workloads/{workload}/logs";

    /** WebSocket: a command beside the container's own process, see {@link SessionChannel}. */
    public static final String WORKLOAD_EXEC = "/workloads/{workload}/exec";

    /** WebSocket: the container's own process, see {@link SessionChannel}. */
    public static final String WORKLOAD_ATTACH = "/workloads/{workload}/attach";

    /** WebSocket: the files of its container, see {@link ArchiveQuery} and {@link SessionChannel}. */
    public static final String WORKLOAD_ARCHIVE = "/workloads/{workload}/archive";

    /** What its container uses. */
    public static final String WORKLOAD_STATS = "/workloads/{workload}/stats";

    public static final String WORKLOAD_EXPLAIN = "/workloads/{workload}/explain";

    /** To go back to the specification before. */
    public static final String WORKLOAD_UNDO = "/workloads/{workload}/undo";

    /** The last specifications that it had. */
    public static final String WORKLOAD_SPECS = "/workloads/{workload}/specs";

    public static final String NODES = "/nodes";
    public static final String NODE = "/nodes/{node}";
    public static final String NODE_ACCEPT_ORPHANS = "/nodes/{node}/accept-orphans";
    /** What {@link #NODE_DRAIN} does, by the name for that. */
    public static final String NODE_CORDON = "/nodes/{node}/cordon";

    /** What {@link #NODE_ACTIVATE} does. */
    public static final String NODE_UNCORDON = "/nodes/{node}/uncordon";

    public static final String NODE_DRAIN = "/nodes/{node}/drain";
    public static final String NODE_ACTIVATE = "/nodes/{node}/activate";

    /** To make a token by which a machine joins. */
    public static final String NODE_TOKENS = "/nodes/tokens";

    /** The key that is believed to be a node's. */
    public static final String NODE_KEY = "/nodes/{node}/key";

    /** To believe a key that waits. */
    public static final String NODE_APPROVE = "/nodes/{node}/approve";

    /** To have nothing count any more that was certified for a node. */
    public static final String NODE_REVOKE = "/nodes/{node}/revoke";

    public static final String CLUSTER_METRICS = "/cluster/metrics";

    /** To remove what retention does not keep. */
    public static final String CLUSTER_GC = "/cluster/gc";

    /** What workloads are given and nobody is shown. */
    public static final String SECRETS = "/secrets";

    public static final String SECRET = "/secrets/{secret}";

    /** To seal all of them by the present key. */
    public static final String SECRETS_RESEAL = "/cluster/reseal-secrets";

    public static final String EVENTS = "/events";

    /** Who did what. */
    public static final String AUDIT = "/audit";

    /** API tokens. */
    public static final String AUTH_TOKENS = "/auth/tokens";

    /** One token, by its id, a unique prefix of it, or its name. */
    public static final String AUTH_TOKEN = "/auth/tokens/{token}";

    /** Local users. */
    public static final String AUTH_USERS = "/auth/users";

    public static final String AUTH_USER = "/auth/users/{user}";
    public static final String AUTH_USER_PASSWORD = "/auth/users/{user}/password";

    /** Who asks. */
    public static final String AUTH_WHOAMI = "/auth/whoami";

    /** To be given what opens one stream. */
    public static final String AUTH_TICKETS = "/auth/tickets";

    /** To sign in with a password. */
    public static final String AUTH_LOGIN = "/auth/login";

    /** To go on with a session. */
    public static final String AUTH_REFRESH = "/auth/refresh";

    /** To sign out. */
    public static final String AUTH_LOGOUT = "/auth/logout";

    /** Where a browser begins to sign in by GitHub. */
    public static final String AUTH_GITHUB_LOGIN = "/auth/github/login";

    /** Where GitHub sends that browser back. */
    public static final String AUTH_GITHUB_CALLBACK = "/auth/github/callback";

    /** Where a terminal begins to sign in by GitHub. */
    public static final String AUTH_GITHUB_DEVICE = "/auth/github/device";

    /** Where that terminal asks whether the person has agreed. */
    public static final String AUTH_GITHUB_POLL = "/auth/github/device/poll";

    /** Where a gateway asks who holds a token or a ticket. */
    public static final String AUTH_CHECK = "/auth/check";

    /** The keys by which a gateway verifies sessions. */
    public static final String AUTH_KEYS = "/auth/keys";

    public static final String OPENAPI = "/openapi.json";

    /** Where agents register. */
    public static final String REGISTER = "/nodes/register";

    /** Where agents have certificates made and renewed. */
    public static final String CERTIFICATE = "/nodes/certificate";

    /** Where agents beat. */
    public static final String HEARTBEAT = "/nodes/heartbeat";

    /** Prometheus text. */
    public static final String METRICS = "/metrics";

    /** Whether the process lives. */
    public static final String HEALTH = "/healthz";

    /** Whether requests can be served. */
    public static final String READY = "/readyz";

    /** Where an agent takes a {@link RunOrder}. */
    public static final String DOCKER_RUN = "/docker/run";

    public static final String DOCKER_LIST = "/docker/list";
    public static final String DOCKER_LOGS = "/docker/logs/{container}";

    /** As {@link #WORKLOAD_EXEC}. */
    public static final String DOCKER_EXEC = "/docker/exec/{container}";

    /** As {@link #WORKLOAD_ATTACH}. */
    public static final String DOCKER_ATTACH = "/docker/attach/{container}";

    /** As {@link #WORKLOAD_ARCHIVE}. */
    public static final String DOCKER_ARCHIVE = "/docker/archive/{container}";

    /** As {@link #WORKLOAD_STATS}. */
    public static final String DOCKER_STATS = "/docker/stats/{container}";

    public static final String DOCKER_STOP = "/docker/stop/{container}";
    public static final String DOCKER_CONTAINER = "/docker/containers/{container}";
    public static final String DOCKER_EVENTS = "/docker/events";

    private Paths() {}

    /** {@code template} with its one variable part replaced; {@code value} has to be fit for a path segment. */
    public static String of(String template, String value) {
        int open = template.indexOf('{');
        int close = template.indexOf('}');
        return open < 0 ? template : template.substring(0, open) + value + template.substring(close + 1);
    }
}
