package dev.persys.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.model.Present;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadSpec;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The last specifications that a workload had, newest first: the JSON of what is kept beside a record that was changed,
 * and of what {@code GET /workloads/{id}/specs} answers. At most {@link #MOST} of them are kept, and of long ones fewer:
 * {@link #MOST_BYTES} together.
 */
public record KeptSpecs(List<KeptSpec> specs) {
    public static final int MOST = 10;

    /** Twice what one may be, so that there are always two. */
    public static final int MOST_BYTES = 2 * WorkloadRequest.MAX_SPEC_BYTES;

    /**
     * One of them.
     *
     * @param since when it took effect; a label
     * @param spec as a request for it, with every default written out
     */
    public record KeptSpec(long version, Instant since, JsonNode spec) {
        public KeptSpec {
            Present.value(since, "since");
            Present.value(spec, "spec");
        }

        static KeptSpec of(long version, Instant since, WorkloadSpec spec) {
            return new KeptSpec(version, since, WorkloadRequest.toJson(spec));
        }

        /** Empty where this version of Persys cannot run such a one. */
        public Optional<WorkloadSpec> read() {
            return WorkloadRequest.parse(spec).fold(Optional::of, errors -> Optional.empty());
        }
    }

    public KeptSpecs {
        specs = Present.list(specs, "specs");
    }

    /** Of a workload of which nothing is kept beside its record, because it never changed. */
    public static KeptSpecs of(Workload workload) {
        return new KeptSpecs(
                List.of(KeptSpec.of(workload.versions().current(), workload.createdAt(), workload.spec())));
    }

    /**
     * Of {@code workload}, by what is kept beside its record. What cannot be read is as if nothing were kept: nobody needs
     * it but who wants to go back.
     */
    public static KeptSpecs of(Workload workload, Optional<String> kept) {
        try {
            return kept.map(json -> Json.read(json, KeptSpecs.class)).orElseGet(() -> of(workload));
        } catch (UncheckedIOException e) {
            return of(workload);
        }
    }

    public String write() {
        return Json.write(this);
    }

    /** The same and that of {@code changed}, without the oldest where there are too many. */
    public KeptSpecs with(Workload changed, Instant now) {
        List<KeptSpec> all = new ArrayList<>();
        all.add(KeptSpec.of(changed.versions().current(), now, changed.spec()));
        int bytes = all.get(0).spec().toString().length();
        for (KeptSpec one : specs) {
            bytes += one.spec().toString().length();
            if (all.size() == MOST || bytes > MOST_BYTES) {
                break;
            }
            all.add(one);
        }
        return new KeptSpecs(all);
    }

    /** The newest before {@code version}. */
    public Optional<KeptSpec> before(long version) {
        return specs.stream().filter(one -> one.version() < version).findFirst();
    }
}
