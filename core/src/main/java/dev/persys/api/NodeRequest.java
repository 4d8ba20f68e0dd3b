package dev.persys.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.model.NodeId;
import dev.persys.model.Resources;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The bodies that an agent sends: {@code POST /nodes/register} and {@code POST /nodes/heartbeat}. Fields that are not
 * known here are ignored: agents of other versions must be able to join and to stay.
 */
public final class NodeRequest {
    private static final List<String> REGISTER_NAMES = List.of(
            "nodeId",
            "ipAddress",
            "hostname",
            "status",
            "agentPort",
            "totalCpu",
            "totalMemory",
            "labels",
            "os",
            "kernel",
            "architecture",
            "dockerVersion",
            "agentVersion",
            "engineId",
            "csr");
    private static final List<String> HEARTBEAT_NAMES = List.of("nodeId", "status", "availableCpu", "availableMemory");

    /** No machine has more: 1,024 times what one workload may ask for. */
    private static final long MAX_MEMORY_MIB = Resources.MAX_REQUEST.memoryMib() * 1024;

    private static final int MAX_WARNINGS = 20;

    private static final long MAX_CPU_MILLIS = Resources.MAX_REQUEST.cpuMillis() * 1024;
    private static final String CPU_WORDS = "a number of cores, zero or more";
    private static final String MEMORY_WORDS = "a number of MiB, zero or more";

    private NodeRequest() {}

    /** The registration in {@code json}, or everything that is wrong with it. Never fails. */
    public static Parsed<RegisterRequest> register(JsonNode json) {
        FieldErrors errors = new FieldErrors();
        Optional<RegisterRequest> request =
                Fields.known(json, "", REGISTER_NAMES, errors).flatMap(NodeRequest::readRegister);
        return request.isEmpty() || !errors.isEmpty() ? errors.invalid() : new Parsed.Valid<>(request.get());
    }

    /** A sentence for each field of a registration that is not known here; agents of other versions may join. */
    public static List<String> registerWarnings(JsonNode json) {
        List<String> unknown = Fields.unknown(json, REGISTER_NAMES);
        List<String> warnings = new ArrayList<>();
        for (String name : unknown.subList(0, Math.min(MAX_WARNINGS, unknown.size()))) {
            warnings.add(FieldErrors.segment(name) + " is not known here and is ignored");
        }
        if (unknown.size() > MAX_WARNINGS) {
            warnings.add((unknown.size() - MAX_WARNINGS) + " more fields are not known here and are ignored");
        }
        return warnings;
    }

    /**
     * The heartbeat in {@code json}, or everything that is wrong with it. Never fails. What a newer agent says beside it
     * is let be, as in its registration: it would join and then fall silent.
     */
    public static Parsed<Heartbeat> heartbeat(JsonNode json) {
        FieldErrors errors = new FieldErrors();
        Optional<Heartbeat> beat =
                Fields.known(json, "", HEARTBEAT_NAMES, errors).flatMap(NodeRequest::readHeartbeat);
        return beat.isEmpty() || !errors.isEmpty() ? errors.invalid() : new Parsed.Valid<>(beat.get());
    }

    private static Optional<RegisterRequest> readRegister(Fields fields) {
        Optional<String> id = fields.required("nodeId", Rules.NODE_ID);
        Optional<String> address = fields.required("ipAddress", Rules.IP_ADDRESS);
        Optional<String> hostname = fields.required("hostname", Rules.WORD);
        Optional<String> status = fields.required("status", Rules.WORD);
        Optional<Integer> port = fields.whole("agentPort", 1, 65_535, "a whole number from 1 to 65535")
                .map(Long::intValue);
        Optional<BigDecimal> cpu = cpu(fields, "totalCpu");
        Optional<Long> memory = memory(fields, "totalMemory");
        Map<String, String> labels = fields.map("labels", Rules.LABEL_NAME);
        Optional<String> os = fields.text("os", Rules.WORD);
        Optional<String> kernel = fields.text("kernel", Rules.WORD);
        Optional<String> architecture = fields.text("architecture", Rules.WORD);
        Optional<String> docker = fields.text("dockerVersion", Rules.WORD);
        Optional<String> agent = fields.text("agentVersion", Rules.WORD);
        Optional<String> engine = fields.text("engineId", Rules.WORD);
        if (id.isEmpty() || address.isEmpty() || hostname.isEmpty() || status.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new RegisterRequest(
                NodeId.of(id.get()),
                address.get(),
                hostname.get(),
                status.get(),
                port,
                cpu,
                memory,
                fields.get("labels").map(present -> labels),
                os,
                kernel,
                architecture,
                docker,
                agent,
                engine));
    }

    private static Optional<Heartbeat> readHeartbeat(Fields fields) {
        Optional<String> id = fields.required("nodeId", Rules.NODE_ID);
        Optional<String> status = fields.required("status", Rules.WORD);
        requirePresent(fields, "availableCpu", CPU_WORDS);
        requirePresent(fields, "availableMemory", MEMORY_WORDS);
        Optional<BigDecimal> cpu = cpu(fields, "availableCpu");
        Optional<Long> memory = memory(fields, "availableMemory");
        if (id.isEmpty() || status.isEmpty() || cpu.isEmpty() || memory.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Heartbeat(NodeId.of(id.get()), status.get(), cpu.get(), memory.get()));
    }

    private static void requirePresent(Fields fields, String name, String allowed) {
        if (fields.get(name).isEmpty()) {
            fields.errors().add(fields.at(name), "missing", allowed);
        }
    }

    /** Cores, to the thousandth. */
    private static Optional<BigDecimal> cpu(Fields fields, String name) {
        return fields.value(name, CPU_WORDS, node -> {
            OptionalLong millis = ResourceFields.cpuMillis(node, MAX_CPU_MILLIS);
            return millis.isPresent() ? Optional.of(new Resources(millis.getAsLong(), 0).cpu()) : Optional.empty();
        });
    }

    private static Optional<Long> memory(Fields fields, String name) {
        return fields.value(name, MEMORY_WORDS, node -> {
            OptionalLong mebibytes = ResourceFields.memoryMib(node, MAX_MEMORY_MIB);
            return mebibytes.isPresent() ? Optional.of(mebibytes.getAsLong()) : Optional.empty();
        });
    }
}
