package dev.persys.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One workload of a {@link KillStorm}, and what its user knows of it: what was acknowledged holds; what was asked for
 * without an answer may hold or may not.
 */
final class StormWorkload {
    /** What its container does. */
    enum Kind {
        SERVICE(
                "\"command\":[\"sh\",\"-c\",\"echo run >> /runs/$RUNS; exec sleep 3600\"],\"restartPolicy\":\"always\"",
                "Running"),
        TASK("\"command\":[\"sh\",\"-c\",\"echo run >> /runs/$RUNS\"]", "Exited"),
        FAILING("\"command\":[\"sh\",\"-c\",\"echo run >> /runs/$RUNS; exit 3\"]", "Failed"),
        WAITING("\"command\":[\"true\"],\"constraints\":{\"storm\":\"nowhere\"}", "Pending");

        private final String fields;
        private final String rest;

        Kind(String fields, String rest) {
            this.fields = fields;
            this.rest = rest;
        }
    }

    /** What its user may have brought it to. */
    enum Want {
        NOTHING,
        RUNNING,
        STOPPED,
        DELETED
    }

    private final Kind kind;
    private final String name;
    private final Set<Want> possible = EnumSet.of(Want.NOTHING);
    private volatile String id = "";

    StormWorkload(Kind kind, String name) {
        this.kind = kind;
        this.name = name;
    }

    String key() {
        return "key-" + name;
    }

    String name() {
        return name;
    }

    /** Empty until the request for it was acknowledged. */
    Optional<String> id() {
        return id.isEmpty() ? Optional.empty() : Optional.of(id);
    }

    String request(String image, String runs) {
        return "{\"name\":\"%s\",\"type\":\"docker-container\",\"image\":\"%s\",\"stopGracePeriod\":\"0s\","
                        .formatted(name, image)
                + "\"resources\":{\"cpu\":0.01,\"memory\":8},\"envVars\":{\"RUNS\":\"%s\"},".formatted(name)
                + "\"volumes\":[{\"source\":\"%s\",\"target\":\"/runs\"}],".formatted(runs) + kind.fields + "}";
    }

    synchronized void askedToRun() {
        if (id.isEmpty()) {
            possible.add(Want.RUNNING);
        }
    }

    synchronized void asked(Want want) {
        possible.add(want);
    }

    synchronized void acknowledged(Want want) {
        possible.clear();
        possible.add(want);
    }

    synchronized void acknowledged(String as) {
        if (!id.isEmpty() && !id.equals(as)) {
            throw new AssertionError("workload " + name + " was acknowledged as " + id + " and then as " + as);
        }
        id = as;
        possible.remove(Want.NOTHING);
    }

    synchronized boolean surelyExists() {
        return !possible.contains(Want.NOTHING) && !possible.contains(Want.DELETED);
    }

    /**
     * What is wrong with it now that nobody disturbs the cluster any more; empty where all is as it was asked for.
     *
     * @param records those of its name
     * @param containers the states of the containers of its name
     * @param runs how often its command was started
     */
    synchronized Optional<String> complaint(List<JsonNode> records, List<String> containers, long runs) {
        if (records.size() > 1) {
            return Optional.of(name + " has " + records.size() + " records");
        }
        if (containers.size() > 1) {
            return Optional.of(name + " has containers " + containers);
        }
        if (records.isEmpty()) {
            boolean mayBeGone = possible.contains(Want.NOTHING) || possible.contains(Want.DELETED);
            return mayBeGone && containers.isEmpty()
                    ? Optional.empty()
                    : Optional.of(name + " " + id + " is lost: " + possible + ", containers " + containers);
        }
        JsonNode record = records.get(0);
        String status = record.path("status").asText();
        boolean fits = possible.stream().anyMatch(want -> isAsWanted(want, status, containers));
        if (!fits) {
            return Optional.of("%s is %s, containers %s, wanted %s %s: %s"
                    .formatted(name, status, containers, kind, possible, record));
        }
        long ordered = record.path("run").asLong();
        if (kind != Kind.WAITING && runs > ordered) {
            return Optional.of(name + " was started " + runs + " times and ordered " + ordered + " times");
        }
        return Optional.empty();
    }

    private boolean isAsWanted(Want want, String status, List<String> containers) {
        return switch (want) {
            case NOTHING, DELETED -> false;
            case RUNNING -> status.equals(kind.rest) && (kind != Kind.SERVICE || containers.equals(List.of("running")));
            case STOPPED ->
                (status.equals("Stopped") || (kind != Kind.SERVICE && status.equals(kind.rest)))
                        && !containers.contains("running");
        };
    }
}
