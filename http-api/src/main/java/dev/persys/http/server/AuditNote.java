package dev.persys.http.server;

import dev.persys.audit.AuditEntry;
import dev.persys.http.auth.Caller;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.Workload;
import java.util.Map;

/** What becomes known of a request on its way, for its line in the audit log. */
public final class AuditNote {
    private volatile Caller caller = Caller.ANONYMOUS;
    private volatile Map<String, String> parameters = Map.of();
    private volatile AuditEntry.Target target = AuditEntry.Target.NONE;
    private volatile String detail = "";
    private volatile boolean changesNothing;

    void caller(Caller known) {
        caller = known;
    }

    Caller caller() {
        return caller;
    }

    void parameters(Map<String, String> known) {
        parameters = Map.copyOf(known);
    }

    Map<String, String> parameters() {
        return parameters;
    }

    /** It is about this one. */
    public void on(Workload workload) {
        target = new AuditEntry.Target(
                "",
                workload.id().value(),
                workload.spec().name(),
                workload.nodeId().map(NodeId::value).orElse(""));
    }

    /** It is about this one. */
    public void on(Node node) {
        on(node.id());
    }

    /** It is about the one of this id. */
    public void on(NodeId node) {
        target = new AuditEntry.Target("", "", "", node.value());
    }

    AuditEntry.Target target() {
        return target;
    }

    /** What else is worth to be known, in a few words and without secrets. */
    public void detail(String words) {
        detail = words;
    }

    String detail() {
        return detail;
    }

    /** It only looks, though its route can change something. */
    public void changesNothing() {
        changesNothing = true;
    }

    boolean isLook() {
        return changesNothing;
    }
}
