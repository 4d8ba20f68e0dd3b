package dev.persys.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.model.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The bodies that are about the certificates of nodes. */
public final class JoinRequest {
    /** Of a request for a certificate, in characters: one on RSA of 4,096 bits has 1,700. */
    private static final int MAX_CSR = 16 * 1024;

    private static final Duration LONGEST_TTL = Duration.ofDays(7);
    private static final Fields.Rule CSR = new Fields.Rule(
            "a request for a certificate in PEM (PKCS#10), of " + MAX_CSR + " characters at most",
            text -> text.length() <= MAX_CSR && text.contains("-----BEGIN "));
    private static final Fields.Rule TTL = new Fields.Rule(
            "a span such as 10m, of 7 days at most",
            text -> DurationText.parse(text)
                    .filter(span -> !span.isZero() && !span.isNegative() && span.compareTo(LONGEST_TTL) <= 0)
                    .isPresent());

    private JoinRequest() {}

    /** Body of {@code POST /nodes/certificate}: of whom, and the request in PEM. */
    public record Wanted(NodeId nodeId, String csr) {}

    /**
     * Body of {@code POST /nodes/tokens}.
     *
     * @param node who alone may join by it; absent is any that has no key yet
     * @param ttl until it is over; absent takes the setting
     */
    public record NewToken(Optional<NodeId> node, Optional<Duration> ttl) {}

    /** What {@code json} asks for, or everything that is wrong with it. Never fails. */
    public static Parsed<Wanted> wanted(JsonNode json) {
        FieldErrors errors = new FieldErrors();
        Optional<Fields> fields = Fields.known(json, "", List.of("nodeId", "csr"), errors);
        Optional<String> id = fields.flatMap(some -> some.required("nodeId", Rules.NODE_ID));
        Optional<String> csr = fields.flatMap(some -> some.required("csr", CSR));
        return id.isEmpty() || csr.isEmpty() || !errors.isEmpty()
                ? errors.invalid()
                : new Parsed.Valid<>(new Wanted(NodeId.of(id.get()), csr.get()));
    }

    /** The request for a certificate that a registration has beside the rest, where it has one. Never fails. */
    public static Parsed<Optional<String>> csr(JsonNode json) {
        FieldErrors errors = new FieldErrors();
        Optional<String> csr =
                Fields.known(json, "", List.of("csr"), errors).flatMap(fields -> fields.text("csr", CSR));
        return errors.isEmpty() ? new Parsed.Valid<>(csr) : errors.invalid();
    }

    /** What {@code json} asks for, or everything that is wrong with it. Never fails. */
    public static Parsed<NewToken> token(JsonNode json) {
        FieldErrors errors = new FieldErrors();
        Optional<Fields> fields = Fields.of(json, "", List.of("node", "ttl"), Map.of(), errors);
        Optional<NodeId> node =
                fields.flatMap(some -> some.text("node", Rules.NODE_ID)).map(NodeId::of);
        Optional<Duration> ttl = fields.flatMap(some -> some.text("ttl", TTL)).flatMap(DurationText::parse);
        return errors.isEmpty() ? new Parsed.Valid<>(new NewToken(node, ttl)) : errors.invalid();
    }
}
