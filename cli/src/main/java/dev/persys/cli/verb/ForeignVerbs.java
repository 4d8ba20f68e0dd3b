package dev.persys.cli.verb;

import java.util.List;
import java.util.Optional;

/** What verbs of docker, nomad and kubectl are called here, for those whose fingers know them. */
final class ForeignVerbs {
    private static final String NO_IMAGES =
            "Persys makes and keeps no images: nodes fetch them when a workload needs one,"
                    + " and docker builds, tags and pushes them.";
    private static final String FILES =
            "persys apply -f FILE makes, changes and starts what a file says (persys diff -f FILE shows how);"
                    + " persys rm -f FILE removes it.";

    private static final String HISTORY =
            "persys specs WORKLOAD shows what one was, persys undo WORKLOAD goes back; persys events --workload"
                    + " WORKLOAD shows what happened.";
    private static final String PRUNE = "It is persys gc.";

    private ForeignVerbs() {}

    /** What is to be typed in place of {@code words}; empty where they are nobody's. */
    static Optional<String> hint(List<String> words) {
        String first = words.get(0);
        String second = words.size() > 1 ? words.get(1) : "";
        return Optional.ofNullable(
                switch (first) {
                    case "get" -> get(second);
                    case "describe" ->
                        second.startsWith("no")
                                ? "persys node inspect NODE shows everything about a node."
                                : "persys inspect WORKLOAD shows everything about one; persys explain, why it is where it"
                                        + " is.";
                    case "delete" ->
                        second.startsWith("no")
                                ? "It is persys node rm NODE."
                                : "It is persys rm WORKLOAD, or persys rm -f FILE.";
                    case "job", "alloc", "service", "container", "deployment" -> noun(first, second);
                    case "rollout" -> rollout(second);
                    case "system" -> second.equals("prune") ? PRUNE : single(first);
                    case "node", "nodes" -> null;
                    default -> single(first);
                });
    }

    /** For the word behind {@code persys node}. */
    static Optional<String> nodeHint(String word) {
        return Optional.ofNullable(
                switch (word) {
                    case "ls", "list" -> "It is persys nodes.";
                    case "status", "describe", "ps" ->
                        "It is persys node inspect NODE; persys ps --node NODE lists what is there.";
                    case "eligibility", "update" ->
                        "persys node cordon NODE takes it out of placement, persys node uncordon NODE puts it back.";
                    case "delete", "remove" -> "It is persys node rm NODE.";
                    default -> null;
                });
    }

    private static String single(String verb) {
        return switch (verb) {
            case "create" -> "persys run -d IMAGE makes a workload and starts it; " + FILES;
            case "images", "image", "pull", "push", "build", "tag", "load", "save", "import", "export", "commit" ->
                NO_IMAGES;
            case "compose", "stack", "up", "down", "plan" -> FILES;
            case "kill" ->
                "persys stop WORKLOAD ends it with a grace period; persys rm -f WORKLOAD kills and removes it.";
            case "rename" -> "A workload keeps its name: persys rm it, and run or apply it under another one.";
            case "update", "edit", "set", "patch", "scale" ->
                "persys apply -f FILE gives a workload the specification of a file; persys run --replace, one of options.";
            case "top" ->
                "persys stats shows what containers use; persys cluster and persys nodes, what is reserved and free.";
            case "pause", "unpause" -> "persys stop WORKLOAD and persys start WORKLOAD keep its container.";
            case "ls", "list", "status" -> "persys ps lists workloads; persys inspect WORKLOAD shows one.";
            case "info", "cluster-info", "server", "operator", "system" ->
                "persys cluster shows the cluster's totals; persys version, what runs.";
            case "cordon" -> "It is persys node cordon NODE: what runs there goes on.";
            case "uncordon" -> "It is persys node uncordon NODE.";
            case "drain" -> "It is persys node cordon NODE: what runs there stays there, until somebody moves it.";
            case "prune" -> PRUNE;
            case "validate", "lint", "check" ->
                "persys apply --dry-run -f FILE checks a file and shows what it would do; persys diff -f FILE shows that field"
                        + " by field.";
            case "volume", "network" -> "Volumes and networks are Docker's, on each node: docker " + verb + " there.";
            case "init", "swarm", "join" ->
                "persys dev start starts a cluster of one node; persys scheduler and persys agent are its parts.";
            case "history", "rollback", "revert" -> HISTORY;
            default -> null;
        };
    }

    private static String get(String what) {
        return switch (what) {
            case "node", "nodes", "no" -> "It is persys nodes.";
            case "events", "event", "ev" -> "It is persys events.";
            default -> "It is persys ps; persys ps -o json gives all fields.";
        };
    }

    private static String rollout(String what) {
        return switch (what) {
            case "restart" -> "It is persys restart WORKLOAD.";
            case "undo" -> "It is persys undo WORKLOAD; persys specs WORKLOAD shows what one was.";
            case "status" ->
                "persys ps lists workloads; persys inspect WORKLOAD shows one, and how its last change goes.";
            default -> HISTORY;
        };
    }

    private static String noun(String noun, String verb) {
        return switch (verb) {
            case "run", "create" -> noun.equals("job") ? FILES : "persys run IMAGE starts one; " + FILES;
            case "ls", "list", "ps", "" -> "It is persys ps.";
            case "status", "inspect" -> "persys ps lists workloads; persys inspect WORKLOAD shows one.";
            case "logs" -> "It is persys logs WORKLOAD.";
            case "stop" -> "It is persys stop WORKLOAD.";
            case "start" -> "It is persys start WORKLOAD.";
            case "restart" -> "It is persys restart WORKLOAD.";
            case "rm", "remove", "purge" -> "It is persys rm WORKLOAD.";
            case "exec" -> "It is persys exec WORKLOAD.";
            case "prune" -> PRUNE;
            case "update", "scale" -> FILES;
            case "rollback", "revert", "history" ->
                "It is persys undo WORKLOAD; persys specs WORKLOAD shows what one was.";
            case "plan", "validate" -> FILES;
            default -> "A workload is what Persys runs: persys --help lists the verbs for it.";
        };
    }
}
