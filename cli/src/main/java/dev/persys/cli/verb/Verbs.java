package dev.persys.cli.verb;

import dev.persys.api.Spelling;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All verbs by what is typed. A switch and not a map, so that only the class of the verb in use is loaded. */
public final class Verbs {
    /** A heading of the list of verbs, and what stands under it. */
    public record Section(String heading, List<String> verbs) {
        public Section {
            verbs = List.copyOf(verbs);
        }
    }

    private Verbs() {}

    /** Every verb, as it is listed. */
    public static List<Section> sections() {
        return List.of(
                new Section(
                        "Workloads",
                        List.of(
                                "run", "apply", "diff", "undo", "specs", "ps", "inspect", "logs", "exec", "attach",
                                "cp", "stats", "port", "explain", "stop", "start", "restart", "wait", "rm")),
                new Section(
                        "Cluster",
                        List.of(
                                "nodes",
                                "node inspect",
                                "node cordon",
                                "node uncordon",
                                "node drain",
                                "node activate",
                                "node accept-orphans",
                                "node rm",
                                "node token",
                                "node approve",
                                "node revoke",
                                "cluster",
                                "events",
                                "audit",
                                "gc",
                                "secret set",
                                "secret ls",
                                "secret rm",
                                "secret rotate",
                                "store export",
                                "store import",
                                "store accept-loss",
                                "ca init",
                                "ca import",
                                "ca show",
                                "ca request",
                                "ca sign",
                                "ca rotate")),
                new Section(
                        "Access",
                        List.of(
                                "login",
                                "logout",
                                "whoami",
                                "token create",
                                "token ls",
                                "token rm",
                                "user add",
                                "user ls",
                                "user passwd",
                                "user rm")),
                new Section(
                        "Processes", List.of("dev start", "dev stop", "dev status", "scheduler", "agent", "gateway")),
                new Section("Other", List.of("completion", "version")));
    }

    /** The names of all verbs, in the order of {@link #sections}. */
    public static List<String> names() {
        return sections().stream().flatMap(section -> section.verbs().stream()).toList();
    }

    /** The verb and how many words of {@code words} name it. */
    public record Found(Verb verb, int length) {}

    /**
     * The verb that a command line begins with.
     *
     * @throws Failure with {@link ExitCode#USAGE} where there is none
     */
    public static Found find(List<String> words) {
        String first = words.get(0);
        return switch (first) {
            case "node", "token", "user", "store", "ca", "dev", "secret" ->
                new Found(inGroup(first, words.size() > 1 ? words.get(1) : ""), 2);
            default -> new Found(single(words), 1);
        };
    }

    private static Verb single(List<String> words) {
        return switch (words.get(0)) {
            case "run" -> new RunVerb();
            case "apply" -> new ApplyVerb();
            case "diff" -> new DiffVerb();
            case "undo" -> new UndoVerb();
            case "specs" -> new SpecsVerb();
            case "ps" -> new PsVerb();
            case "inspect" -> new InspectVerb();
            case "logs" -> new LogsVerb();
            case "exec" -> new ExecVerb();
            case "attach" -> new AttachVerb();
            case "stats" -> new StatsVerb();
            case "cp" -> new CpVerb();
            case "port" -> new PortVerb();
            case "explain" -> new ExplainVerb();
            case "stop" -> new ChangeVerb(ChangeVerb.Change.STOP);
            case "start" -> new ChangeVerb(ChangeVerb.Change.START);
            case "restart" -> new ChangeVerb(ChangeVerb.Change.RESTART);
            case "wait" -> new WaitVerb();
            case "rm" -> new ChangeVerb(ChangeVerb.Change.REMOVE);
            case "nodes" -> new NodesVerb();
            case "cluster" -> new ClusterVerb();
            case "events" -> new EventsVerb();
            case "audit" -> new AuditVerb();
            case "gc" -> new GcVerb();
            case "login" -> new LoginVerb();
            case "logout" -> new LogoutVerb();
            case "whoami" -> new WhoAmIVerb();
            case "scheduler" -> ServerVerb.scheduler();
            case "agent" -> ServerVerb.agent();
            case "gateway" -> ServerVerb.gateway();
            case "completion" -> new CompletionVerb();
            case "version" -> new VersionVerb();
            default -> throw unknown(words);
        };
    }

    private static Verb inGroup(String group, String name) {
        return switch (group + " " + name) {
            case "node inspect" -> new NodeInspectVerb();
            case "node cordon" -> new NodeChangeVerb(NodeChangeVerb.Change.CORDON);
            case "node uncordon" -> new NodeChangeVerb(NodeChangeVerb.Change.UNCORDON);
            case "node drain" -> new NodeChangeVerb(NodeChangeVerb.Change.DRAIN);
            case "node activate" -> new NodeChangeVerb(NodeChangeVerb.Change.ACTIVATE);
            case "node accept-orphans" -> new NodeChangeVerb(NodeChangeVerb.Change.ACCEPT_ORPHANS);
            case "node rm" -> new NodeChangeVerb(NodeChangeVerb.Change.REMOVE);
            case "node token" -> new NodeTokenVerb();
            case "node approve" -> NodeTrustVerb.approving();
            case "node revoke" -> NodeTrustVerb.revoking();
            case "token create" -> new TokenCreateVerb();
            case "token ls" -> AuthListVerb.tokens();
            case "token rm" -> AuthRemoveVerb.tokens();
            case "user add" -> UserPasswordVerb.adding();
            case "user ls" -> AuthListVerb.users();
            case "user passwd" -> UserPasswordVerb.changing();
            case "user rm" -> AuthRemoveVerb.users();
            case "dev start" -> new DevStartVerb();
            case "dev stop" -> new DevStopVerb();
            case "dev status" -> new DevStatusVerb();
            case "ca init" -> new CaInitVerb();
            case "ca import" -> new CaImportVerb();
            case "ca show" -> new CaShowVerb();
            case "ca request" -> new CaRequestVerb();
            case "ca sign" -> new CaSignVerb();
            case "ca rotate" -> new CaRotateVerb();
            case "secret set" -> new SecretSetVerb();
            case "secret ls" -> new SecretListVerb();
            case "secret rm" -> new SecretRemoveVerb();
            case "secret rotate" -> new SecretRotateVerb();
            case "store export" -> StoreVerb.exporting();
            case "store import" -> StoreVerb.importing();
            case "store accept-loss" -> StoreVerb.acceptingLoss();
            default -> throw unknown(name, group);
        };
    }

    /** What is a verb elsewhere is told before what is spelled nearly so here. */
    private static Failure unknown(List<String> words) {
        String name = words.get(0);
        return ForeignVerbs.hint(words)
                .map(hint -> new Failure(ExitCode.USAGE, "persys " + name + " is unknown", hint))
                .orElseGet(() -> unknown(name, ""));
    }

    private static Failure unknown(String name, String group) {
        String prefix = group.isEmpty() ? "" : group + " ";
        List<String> known = names().stream()
                .filter(verb -> verb.startsWith(prefix))
                .map(verb -> verb.substring(prefix.length()))
                .flatMap(verb -> group.isEmpty() ? Stream.of(verb.split(" ", -1)[0]) : Stream.of(verb))
                .distinct()
                .toList();
        String typed = "persys " + prefix;
        if (group.isEmpty() && name.startsWith("-")) {
            return new Failure(
                    ExitCode.USAGE,
                    "unknown option " + name + " before the verb",
                    "Options stand behind it: persys VERB [OPTIONS]; persys --help lists all verbs.");
        } else if (name.isEmpty() || name.startsWith("-")) {
            return new Failure(
                    ExitCode.USAGE,
                    typed.strip() + " wants one word more: " + String.join(", ", known),
                    "persys --help lists all verbs.");
        }
        Optional<String> hint = group.equals("node") ? ForeignVerbs.nodeHint(name) : Optional.empty();
        String next = hint.or(() -> Spelling.nearest(name, known).map(near -> "Did you mean " + typed + near + "?"))
                .orElse("persys --help lists all verbs.");
        return new Failure(ExitCode.USAGE, typed + name + " is unknown", next);
    }
}
