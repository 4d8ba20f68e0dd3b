package dev.persys.api;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.model.Node;
import dev.persys.model.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Function;

/**
 * The JSON of the records, as they are stored and, without what is nobody's business but the scheduler's, as they are
 * shown: flat, with the contract's field names. A workload is {@code id,
 * name, type, image, nodeId, status, logs, createdAt} and the rest; a node is {@code nodeId, ipAddress, hostname,
 * status, availableCpu, availableMemory} and the rest. {@code version} is that of the form.
 *
 * <p>Records of every version are read. One of a newer version is read as far as it is known here, and what is not known
 * is kept when the record is written again ({@link dev.persys.model.Newer}). A word that is not known here stands for
 * a status or reason that will be seen again, and is read as that; where it says what to do ({@code desired}, {@code
 * type}, the policies), nothing can be done without knowing it, and the record is refused. Whatever cannot be read fails
 * with {@link UncheckedIOException} that names the field.
 */
public final class RecordJson {
    private static final ObjectReader WORKLOADS = reader(WorkloadFields.class);
    private static final ObjectReader NODES = reader(NodeFields.class);

    private RecordJson() {}

    /** A workload's record, without what is as it is by default. */
    public static String write(Workload workload) {
        return Json.write(WorkloadFields.stored(workload));
    }

    /** A workload's record, as a tree. */
    public static ObjectNode toJson(Workload workload) {
        return Json.MAPPER.valueToTree(WorkloadFields.stored(workload));
    }

    public static Workload workload(String json) {
        return made(Json.<WorkloadFields>read(json, WORKLOADS, "workload"), WorkloadFields::workload, "workload");
    }

    /** From a record, or from what a route shows. */
    public static Workload workload(JsonNode json) {
        return made(Json.<WorkloadFields>read(json, WORKLOADS, "workload"), WorkloadFields::workload, "workload");
    }

    /** A node's record. */
    public static String write(Node node) {
        return Json.write(NodeFields.stored(node));
    }

    /** A node's record, as a tree. */
    public static ObjectNode toJson(Node node) {
        return Json.MAPPER.valueToTree(NodeFields.stored(node));
    }

    public static Node node(String json) {
        return made(Json.<NodeFields>read(json, NODES, "node"), NodeFields::node, "node");
    }

    /** From a record, or from what a route shows. */
    public static Node node(JsonNode json) {
        return made(Json.<NodeFields>read(json, NODES, "node"), NodeFields::node, "node");
    }

    /**
     * A workload where it alone is read: what its record says to users, with {@code revision} and, while there is one,
     * progress.
     */
    public static ObjectNode toJson(WorkloadView view) {
        return Json.MAPPER.valueToTree(WorkloadFields.of(view, WorkloadFields.Form.SHOWN));
    }

    /** A workload where it is one of many, or not what was asked for: without environment, output and placement. */
    public static ObjectNode toSummary(WorkloadView view) {
        return Json.MAPPER.valueToTree(WorkloadFields.of(view, WorkloadFields.Form.LISTED));
    }

    /** A node as a route shows it: its record with what is reserved and free on it. */
    public static ObjectNode toJson(NodeView view) {
        return Json.MAPPER.valueToTree(NodeFields.shown(view));
    }

    private static <T, R> R made(T fields, Function<T, R> make, String what) {
        try {
            return make.apply(fields);
        } catch (IllegalArgumentException e) {
            throw new UncheckedIOException("not a " + what + ": " + JsonFaults.cut(e.getMessage()), new IOException(e));
        }
    }

    /** With numbers exactly as they are written: what a newer version keeps is written again. */
    private static ObjectReader reader(Class<?> type) {
        return Json.MAPPER.readerFor(type).with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    }
}
