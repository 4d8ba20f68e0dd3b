package dev.persys.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What tells one specification from another when the first is no longer there: SHA-256 of what a record says of it. Fields
 * that are as by default are not in it, so that it stays the same where there are more fields later.
 */
public final class SpecDigest {
    private static final WorkloadId ANY = WorkloadId.of("00000000-0000-0000-0000-000000000000");

    private SpecDigest() {}

    /** In hexadecimal digits. */
    public static String of(WorkloadSpec spec) {
        ObjectNode record =
                RecordJson.toJson(Workload.accepted(ANY, spec, Optional.empty(), Optional.empty(), Instant.EPOCH));
        record.remove("version");
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(Json.write(record).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
