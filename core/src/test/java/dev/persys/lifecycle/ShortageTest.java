package dev.persys.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.api.Parsed;
import dev.persys.api.WorkloadRequest;
import dev.persys.model.PlacementSummary;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadSpec;
import dev.persys.placement.Filter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a workload that fits nowhere says of the nodes. */
final class ShortageTest {
    private static Workload wanting(String fields) {
        JsonNode request = Json.read(
                ("{'name':'web','type':'docker-container','image':'nginx','ports':['8080:80']" + fields + "}")
                        .replace('\'', '"'),
                JsonNode.class);
        WorkloadSpec spec = ((Parsed.Valid<WorkloadSpec>) WorkloadRequest.parse(request)).value();
        return Workload.accepted(WorkloadScenes.ID, spec, Optional.empty(), Optional.empty(), WorkloadScenes.THEN);
    }

    @Test
    void whatIsWantedIsSaidWithItsAmount() {
        Workload workload = wanting(",'resources':{'cpu':64,'memory':512},'constraints':{'disk':'ssd'}");
        PlacementSummary why = new PlacementSummary(
                WorkloadScenes.THEN,
                "best-fit",
                4,
                Optional.empty(),
                List.of(),
                new TreeMap<>(Map.of("cpu", 2, "memory", 1, "labels", 1, "host-port", 1)));

        assertThat(Sentences.unplaceable(why, workload))
                .isEqualTo("none of 4 nodes fits: 2 with less than 64 cores free, 1 with port 8080/tcp taken by another"
                        + " workload, 1 without the label disk=ssd, 1 with less than 512 MiB free");
    }

    @Test
    void severalLabelsAreNamedUntilThereAreTooMany() {
        Workload workload = wanting(",'constraints':{'a':'1','b':'2','c':'3','d':'4','e':'5'}");

        assertThat(Shortage.of("labels", workload)).isEqualTo("without one of the labels a=1, b=2, c=3 and 2 others");
        assertThat(Shortage.of("cpu", wanting(",'resources':{'cpu':1}"))).isEqualTo("with less than 1 core free");
    }

    /** The words are shared by text alone. */
    @ParameterizedTest
    @EnumSource(Filter.class)
    void everyFilterHasItsSentence(Filter filter) {
        assertThat(Shortage.of(filter.text(), wanting(",'constraints':{'a':'1'}")))
                .doesNotStartWith("×");
        assertThat(Shortage.of("of-tomorrow", wanting(""))).isEqualTo("× of-tomorrow");
    }
}
