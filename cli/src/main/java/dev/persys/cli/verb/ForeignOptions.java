package dev.persys.cli.verb;

/** What options of docker and kubectl are called here, or that there is nothing of the kind: one sentence each. */
final class ForeignOptions {
    private static final String RIGHTS =
            "A container has Docker's usual rights and namespaces: --cap-add gives it single rights more.";
    private static final String DEVICES = "Nodes hand out no devices.";
    private static final String CORES =
            "--cpu reserves cores, which are a weight too, and --cpu-limit caps them; which cores they are is the kernel's.";
    private static final String SWAP =
            "-m reserves memory and limits it, swap included; --memory-limit is another limit than what is reserved.";
    private static final String NETWORK =
            "--network takes one network of the node, in which addresses and names are Docker's own; --add-host adds a name.";
    private static final String OUTPUT =
            "Where output goes is set in the node's Docker; persys logs reads it from there.";
    private static final String NAMESPACES = "There are no namespaces: a cluster has its workloads together.";

    private ForeignOptions() {}

    /** What is to be said to whoever gives {@code persys run} the option {@code name}; empty where nothing is known. */
    static String ofRun(String name) {
        return switch (name) {
            case "--net" -> "It is --network.";
            case "--pull" -> "It is --pull-policy=missing|always|never.";
            case "--stop-timeout" -> "It is --stop-grace, with a unit: --stop-grace 30s.";
            case "--env-from" -> "It is --env-file.";
            case "--image" -> "The image is a word of its own: persys run IMAGE --name NAME.";
            case "--limit-cpu" -> "It is --cpu-limit.";
            case "--limit-memory" -> "It is --memory-limit.";
            case "--reserve-cpu" -> "It is --cpu.";
            case "--reserve-memory", "--memory-reservation" ->
                "It is --memory, beside --memory-limit where the limit is above it.";
            case "--with-registry-auth" -> "It is --registry-credentials NAME, of what the node's configuration holds.";
            case "--annotation", "--label-file" ->
                "Labels are given with -l NAME=VALUE, or in a file for persys apply.";
            case "--cidfile" -> "The workload's id, which is its container's name, goes to standard output.";
            case "--dry-run" -> "persys apply --dry-run and persys diff show what a file would do.";
            case "--replicas", "--scale" ->
                "A workload is one container: for three, run three under names of their own.";
            case "--link" -> "There are no links: publish a port with -p, or put both in one --network of the node.";
            case "--volumes-from" -> "Give both the same volume: -v NAME:/path.";
            case "--volume-driver" -> "Volumes of other drivers are made with docker on the node, and named with -v.";
            case "--shm-size" -> "It is --tmpfs /dev/shm:size=64m.";
            case "-P", "--publish-all" ->
                "Each port is named: -p CONTAINER publishes one, and Docker picks the node's port.";
            case "--expose" -> "Nothing has to be exposed: -p publishes a port, and within a --network all are open.";
            case "--platform" -> "The platform is the node's; --constraint chooses nodes by their labels.";
            default -> withoutCounterpart(name);
        };
    }

    private static String withoutCounterpart(String name) {
        return switch (name) {
            case "--gpus",
                    "--device",
                    "--device-cgroup-rule",
                    "--device-read-bps",
                    "--device-write-bps",
                    "--device-read-iops",
                    "--device-write-iops",
                    "--blkio-weight",
                    "--blkio-weight-device" -> DEVICES;
            case "--privileged",
                    "--pid",
                    "--ipc",
                    "--uts",
                    "--userns",
                    "--cgroupns",
                    "--cgroup-parent",
                    "--security-opt",
                    "--sysctl",
                    "--runtime",
                    "--isolation",
                    "--group-add",
                    "--oom-score-adj",
                    "--oom-kill-disable" -> RIGHTS;
            case "-c",
                    "--cpu-shares",
                    "--cpu-period",
                    "--cpu-quota",
                    "--cpu-rt-period",
                    "--cpu-rt-runtime",
                    "--cpuset-cpus",
                    "--cpuset-mems" -> CORES;
            case "--memory-swap", "--memory-swappiness", "--kernel-memory" -> SWAP;
            case "--network-alias",
                    "--net-alias",
                    "--ip",
                    "--ip6",
                    "--link-local-ip",
                    "--mac-address",
                    "--domainname",
                    "--dns-search",
                    "--dns-option",
                    "--dns-opt" -> NETWORK;
            case "--log-driver", "--log-opt" -> OUTPUT;
            case "--storage-opt", "--pids-limit" ->
                "Disk and processes of a container have no limit of their own here.";
            case "--namespace", "-n" -> NAMESPACES;
            default -> "";
        };
    }

    /** For {@code persys ps}. */
    static String ofPs(String name) {
        return switch (name) {
            case "-f", "--filter" -> "It is --name, --status, --node, or -l KEY=VALUE.";
            case "-A", "--all-namespaces", "-n", "--namespace" -> NAMESPACES;
            case "--no-trunc" -> "persys ps -o wide shows more columns, -o json everything.";
            case "-w", "--watch" -> "persys events -f shows what happens from now on.";
            default -> "";
        };
    }

    /** For {@code persys events}. */
    static String ofEvents(String name) {
        return switch (name) {
            case "--since", "--until" ->
                "persys events shows all that is kept, with its time in front; --since-id ID, what came after one.";
            case "--filter" -> "It is --workload WORKLOAD.";
            case "-w", "--watch" -> "It is --follow.";
            case "-n", "--namespace", "-A", "--all-namespaces" -> NAMESPACES;
            default -> "";
        };
    }

    /** For {@code persys exec}. */
    static String ofExec(String name) {
        return switch (name) {
            case "-d", "--detach" ->
                "There is none: a command ends with its session; what is to go on is a workload of its own.";
            case "--privileged" -> RIGHTS;
            case "-n", "--namespace" -> NAMESPACES;
            case "-c", "--container" -> "A workload is one container.";
            default -> "";
        };
    }

    /** For {@code persys nodes}, and the words behind it. */
    static String ofNodes(String word) {
        return switch (word) {
            case "ls", "list" -> "It is persys nodes alone.";
            case "rm", "cordon", "uncordon", "drain", "activate", "inspect", "accept-orphans" ->
                "It is persys node " + word + " NODE.";
            default -> word.startsWith("-") ? "" : "persys node inspect NODE shows one; persys nodes, all.";
        };
    }

    /** For what stops workloads. */
    static String ofStop(String name) {
        return switch (name) {
            case "-t", "--time", "-s", "--signal", "--grace-period" ->
                "How it is stopped is the workload's own: --stop-grace and --stop-signal of persys run.";
            case "--all" -> "Name them: persys stop $(persys ps -q).";
            default -> "";
        };
    }
}
