package dev.persys.api;

import dev.persys.model.ContainerOptions;
import dev.persys.model.DocumentId;
import dev.persys.model.ExtraHost;
import dev.persys.model.Tmpfs;
import dev.persys.model.Ulimit;
import dev.persys.model.VolumeMount;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The fields that few containers need, beside the others of a workload: {@link ContainerOptions}. */
final class OptionFields {
    /** Which secrets are given to it; to an agent the values come, and not the names. */
    static final String SECRET_ENV = "secretEnv";

    static final List<String> NAMES = List.of(
            "hostname",
            "init",
            "readOnly",
            "tmpfs",
            "capAdd",
            "capDrop",
            "ulimits",
            "extraHosts",
            "stopSignal",
            "dns",
            "stdinOpen",
            "tty",
            "startAttached",
            "autoRemove",
            SECRET_ENV);

    /** What other systems call them. */
    static final Map<String, String> ALIASES = Map.of(
            "read_only", "readOnly",
            "readonly", "readOnly",
            "cap_add", "capAdd",
            "cap_drop", "capDrop",
            "extra_hosts", "extraHosts",
            "stop_signal", "stopSignal",
            "stdin_open", "stdinOpen",
            "stdin", "stdinOpen",
            "auto_remove", "autoRemove");

    /** Docker's own name for all capabilities of the kernel. */
    private static final String ALL = "ALL";

    private static final Set<String> CAPABILITIES = Set.of((ALL + " AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND"
                    + " BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID IPC_LOCK IPC_OWNER KILL"
                    + " LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST"
                    + " NET_RAW PERFMON SETFCAP SETGID SETPCAP SETUID SYS_ADMIN SYS_BOOT SYS_CHROOT SYSLOG SYS_MODULE"
                    + " SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM")
            .split(" "));

    /** As setrlimit(2) and Docker name them. */
    private static final Set<String> ULIMITS = Set.of(
            ("core cpu data fsize locks memlock msgqueue nice nofile nproc rss" + " rtprio rttime sigpending stack")
                    .split(" "));

    /** As signal(7) names them for most machines; those of real time are told by {@link #REAL_TIME}. */
    private static final Set<String> SIGNALS =
            Set.of(("ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL"
                            + " PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU"
                            + " XFSZ")
                    .split(" "));

    private static final Pattern REAL_TIME = Pattern.compile("RT(MIN(\\+([1-9]|1[0-5]))?|MAX(-([1-9]|1[0-4]))?)");
    private static final Pattern SIGNAL_NUMBER = Pattern.compile("[1-9]|[1-5][0-9]|6[0-4]");
    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9])?");
    private static final Pattern TMPFS_OPTION = Pattern.compile("size=[0-9]{1,15}[kmgKMG%]?|mode=[0-7]{3,4}"
            + "|(uid|gid)=[0-9]{1,10}|nr_inodes=[0-9]{1,15}[kmgKMG]?|ro|rw|exec|noexec|suid|nosuid|dev|nodev");

    /** The kernel's own limit of a host's name. */
    private static final int MAX_HOSTNAME = 63;

    private static final int MAX_HOST = 253;

    private static final Fields.Rule HOSTNAME = new Fields.Rule(
            "a host's name: letters, digits and inner . and -, at most " + MAX_HOSTNAME + " characters",
            text -> text.length() <= MAX_HOSTNAME && HOST_NAME.matcher(text).matches());
    private static final Fields.Rule TMPFS = new Fields.Rule(
            "PATH[:OPTIONS], such as /run or /tmp:size=64m,mode=1777: an absolute path other than /, and size=, mode=,"
                    + " uid=, gid=, nr_inodes=, exec, noexec, suid, nosuid, dev, nodev, ro, rw",
            OptionFields::isTmpfs);
    private static final Fields.Rule CAPABILITY = new Fields.Rule(
            "a capability such as NET_ADMIN (capabilities(7) lists them), or " + ALL,
            text -> CAPABILITIES.contains(capability(text)));
    private static final Fields.Rule ULIMIT = new Fields.Rule(
            "NAME=SOFT[:HARD], such as nofile=1024:2048, with soft at most hard, -1 for no limit, and a name of "
                    + ULIMITS.stream().sorted().collect(Collectors.joining(", ")),
            text -> Ulimit.parse(text)
                    .filter(limit -> ULIMITS.contains(limit.name()))
                    .isPresent());
    private static final Fields.Rule EXTRA_HOST = new Fields.Rule(
            "NAME:ADDRESS, such as db:10.0.0.5 or node:" + ExtraHost.GATEWAY + " (the node itself)",
            text -> ExtraHost.parse(text).filter(OptionFields::isReachable).isPresent());
    private static final Fields.Rule SIGNAL = new Fields.Rule(
            "a signal such as SIGTERM, QUIT, SIGRTMIN+3 or 15",
            text -> SIGNAL_NUMBER.matcher(text).matches() || isSignal(bare(text)));

    private OptionFields() {}

    /** @param volumes whose targets are taken */
    static ContainerOptions read(Fields fields, List<VolumeMount> volumes) {
        return new ContainerOptions(
                fields.filled("hostname").flatMap(node -> fields.text("hostname", HOSTNAME)),
                fields.truth("init").orElse(false),
                fields.truth("readOnly").orElse(false),
                tmpfs(fields, volumes),
                texts(fields, "capAdd", CAPABILITY, OptionFields::capability),
                texts(fields, "capDrop", CAPABILITY, OptionFields::capability),
                ulimits(fields),
                texts(fields, "extraHosts", EXTRA_HOST, ExtraHost::parse).stream()
                        .flatMap(Optional::stream)
                        .toList(),
                fields.filled("stopSignal")
                        .flatMap(node -> fields.text("stopSignal", SIGNAL))
                        .map(OptionFields::signal),
                texts(fields, "dns", Rules.IP_ADDRESS, Function.identity()),
                fields.truth("stdinOpen").orElse(false),
                fields.truth("tty").orElse(false),
                fields.truth("startAttached").orElse(false),
                fields.truth("autoRemove").orElse(false),
                secretEnv(fields));
    }

    private static Map<String, String> secretEnv(Fields fields) {
        Map<String, String> names = fields.map(SECRET_ENV, Rules.ENV_NAME);
        names.forEach((variable, name) -> {
            String at = fields.at(SECRET_ENV) + FieldErrors.segment(variable);
            if (!DocumentId.isName(name)) {
                // It may be a value that was put in the place of a name.
                fields.errors().add(at, "no name of a secret", SecretRequest.NAME_WORDS);
            } else if (fields.get("envVars").filter(all -> all.has(variable)).isPresent()) {
                fields.errors().add(at, "a variable that envVars has too", "each variable once");
            }
        });
        return names;
    }

    private static <T> List<T> texts(Fields fields, String name, Fields.Rule rule, Function<String, T> made) {
        return fields.list(name, (node, at) -> fields.text(node, at, rule).map(made));
    }

    private static List<Tmpfs> tmpfs(Fields fields, List<VolumeMount> volumes) {
        Set<String> taken = volumes.stream().map(VolumeMount::target).collect(Collectors.toCollection(HashSet::new));
        return fields.list(
                "tmpfs",
                (node, at) -> fields.text(node, at, TMPFS)
                        .flatMap(Tmpfs::parse)
                        .filter(made -> isFirst(
                                taken.add(made.path()), "a path that a volume or an earlier entry has", at, fields)));
    }

    private static List<Ulimit> ulimits(Fields fields) {
        Set<String> taken = new HashSet<>();
        return fields.list(
                "ulimits",
                (node, at) -> fields.text(node, at, ULIMIT)
                        .flatMap(Ulimit::parse)
                        .filter(made ->
                                isFirst(taken.add(made.name()), "a limit that an earlier entry has", at, fields)));
    }

    private static boolean isFirst(boolean first, String found, String at, Fields fields) {
        if (!first) {
            fields.errors().add(at, found, "each once");
        }
        return first;
    }

    private static boolean isTmpfs(String text) {
        return Tmpfs.parse(text)
                .filter(made -> Rules.VOLUME_TARGET.holds().test(made.path()))
                .filter(made -> text.indexOf(':') < 0
                        || List.of(made.options().split(",", -1)).stream()
                                .allMatch(option -> TMPFS_OPTION.matcher(option).matches()))
                .isPresent();
    }

    private static boolean isReachable(ExtraHost host) {
        return host.name().length() <= MAX_HOST
                && HOST_NAME.matcher(host.name()).matches()
                && (host.address().equals(ExtraHost.GATEWAY)
                        || Rules.IP_ADDRESS.holds().test(host.address()));
    }

    /** In capitals and without {@code CAP_}: Docker takes both forms. */
    private static String capability(String text) {
        String capitals = text.toUpperCase(Locale.ROOT);
        return capitals.startsWith("CAP_") ? capitals.substring("CAP_".length()) : capitals;
    }

    private static boolean isSignal(String bare) {
        return SIGNALS.contains(bare) || REAL_TIME.matcher(bare).matches();
    }

    /** In capitals and without {@code SIG}. */
    private static String bare(String text) {
        String capitals = text.toUpperCase(Locale.ROOT);
        return capitals.startsWith("SIG") ? capitals.substring("SIG".length()) : capitals;
    }

    private static String signal(String text) {
        return SIGNAL_NUMBER.matcher(text).matches() ? text : "SIG" + bare(text);
    }
}
