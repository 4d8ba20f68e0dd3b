package dev.persys.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.persys.model.Present;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one line of the audit log says. No secret is in it: no value of an environment, no token, no body.
 *
 * @param at when it was answered, by this machine's clock: a label, the order is the chain's
 * @param who asked
 * @param what was asked for
 * @param target on what; {@link Target#NONE} where on nothing in particular
 * @param status of HTTP that it was answered with; 0 where there is none
 * @param requestId of the request; empty where there is none
 */
public record AuditEntry(Instant at, Event event, Who who, What what, Target target, int status, String requestId) {
    private static final JsonFactory JSON = JsonFactory.builder()
            // A line is ASCII, so that it is the same bytes in every encoding that somebody may read it in.
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();

    private static final int FIRST_REFUSAL = 400;
    private static final int FIRST_FAULT = 500;

    /** What kind of thing happened. */
    public enum Event {
        /** Somebody asked for a change. */
        CHANGE("change"),
        /** Somebody was not let in, or not let do it. */
        DENIED("denied"),
        /** Somebody is in a container from here on. */
        SESSION_BEGAN("session-began"),
        SESSION_ENDED("session-ended"),
        /** Somebody asked for a session, and there was none. */
        SESSION_REFUSED("session-refused"),
        /** Of the log itself: that it begins or ends, or what happened to its files. */
        LOG("log");

        private final String word;

        Event(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /**
     * Who asked.
     *
     * @param identity as the API knows callers, such as {@code token} or {@code anonymous}; never a secret
     * @param address of the machine that the request came from; empty where it came from none
     * @param via the gateway that it came through, such as {@code gateway/gw-1}; empty where it came through none
     */
    public record Who(String identity, String address, String via) {
        /** The process that writes the log. */
        public static final Who SELF = new Who("persys", "");

        /** Without a gateway between. */
        public Who(String identity, String address) {
            this(identity, address, "");
        }

        public Who {
            Present.value(identity, "identity");
            Present.value(address, "address");
            Present.value(via, "via");
        }
    }

    /**
     * What was asked for.
     *
     * @param method of HTTP; empty where it was no request
     * @param route the template of its path; {@code none} where there is no such path
     * @param parameters of the query that were taken
     * @param detail what else is known, in words; empty where nothing is
     */
    public record What(String method, String route, Map<String, String> parameters, String detail) {
        public What {
            Present.value(method, "method");
            Present.value(route, "route");
            parameters = Map.copyOf(parameters);
            Present.value(detail, "detail");
        }
    }

    /**
     * On what. A part is empty where it is not known.
     *
     * @param asked how the request named it
     * @param workload the id that this meant
     * @param name of that workload
     * @param node that it is about, or that the workload is on
     */
    public record Target(String asked, String workload, String name, String node) {
        public static final Target NONE = new Target("", "", "", "");

        public Target {
            Present.value(asked, "asked");
            Present.value(workload, "workload");
            Present.value(name, "name");
            Present.value(node, "node");
        }
    }

    public AuditEntry {
        Present.value(at, "at");
        Present.value(event, "event");
        Present.value(who, "who");
        Present.value(what, "what");
        Present.value(target, "target");
        Present.value(requestId, "requestId");
        at = at.truncatedTo(ChronoUnit.MILLIS);
    }

    /** A line of the log about itself. */
    public static AuditEntry ofLog(Instant at, String detail) {
        return new AuditEntry(at, Event.LOG, Who.SELF, new What("", "", Map.of(), detail), Target.NONE, 0, "");
    }

    /** The status in a word; empty where there is none. */
    private String outcome() {
        if (status == 0) {
            return "";
        } else if (event == Event.DENIED) {
            return "denied";
        }
        return status < FIRST_REFUSAL ? "done" : status < FIRST_FAULT ? "refused" : "failed";
    }

    /** The members of its JSON object, without braces, in one line of ASCII; for {@link AuditChain#line}. */
    String members() {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartObject();
            out.writeStringField("at", at.toString());
            out.writeStringField("event", event.word());
            out.writeObjectFieldStart("who");
            out.writeStringField("identity", who.identity());
            write(out, "address", who.address());
            write(out, "via", who.via());
            out.writeEndObject();
            write(out, "method", what.method());
            write(out, "route", what.route());
            write(out, "parameters", what.parameters());
            write(out, "detail", what.detail());
            write(out, target);
            write(out, "outcome", outcome());
            if (status != 0) {
                out.writeNumberField("status", status);
            }
            write(out, "requestId", requestId);
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to memory", e);
        }
        String object = text.toString();
        return object.substring(1, object.length() - 1);
    }

    private static void write(JsonGenerator out, Target target) throws IOException {
        if (target.equals(Target.NONE)) {
            return;
        }
        out.writeObjectFieldStart("on");
        write(out, "asked", target.asked());
        write(out, "workload", target.workload());
        write(out, "name", target.name());
        write(out, "node", target.node());
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, String name, Map<String, String> values) throws IOException {
        if (values.isEmpty()) {
            return;
        }
        out.writeObjectFieldStart(name);
        for (Map.Entry<String, String> value : new TreeMap<>(values).entrySet()) {
            out.writeStringField(value.getKey(), value.getValue());
        }
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, String name, String value) throws IOException {
        if (!value.isEmpty()) {
            out.writeStringField(name, value);
        }
    }
}
