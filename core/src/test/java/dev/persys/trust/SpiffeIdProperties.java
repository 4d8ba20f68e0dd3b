package dev.persys.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.persys.model.ClusterId;
import dev.persys.model.NodeId;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class SpiffeIdProperties {
    /** Every node id that there can be is a name, and comes back as it was. */
    @Property(tries = 300)
    void isReadAsItIsWritten(@ForAll("labels") String cluster, @ForAll Role role, @ForAll("names") String name) {
        SpiffeId id = new SpiffeId(new ClusterId(cluster), role, new NodeId(name).value());

        assertThat(SpiffeId.parse(id.toString())).isEqualTo(id);
    }

    /** So two texts never mean the same, whatever they are made of. */
    @Property(tries = 1000)
    void whatIsReadIsWrittenAsItWas(@ForAll("pieces") List<String> pieces) {
        String text = String.join("", pieces);

        read(text).ifPresent(id -> assertThat(id).hasToString(text));
    }

    @Property(tries = 300)
    void refusalsAreShortAndPrintable(@ForAll String text) {
        String hostile = "spiffe://c/agent/" + text.repeat(50) + "\u001b[2J";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SpiffeId.parse(hostile))
                .satisfies(e -> assertThat(e.getMessage()).matches("[ -~]{1,500}"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SpiffeId(new ClusterId("c"), Role.AGENT, hostile))
                .satisfies(e -> assertThat(e.getMessage()).matches("[ -~]{1,500}"));
    }

    private static Optional<SpiffeId> read(String text) {
        try {
            return Optional.of(SpiffeId.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Provide
    Arbitrary<String> labels() {
        Arbitrary<String> inner = Arbitraries.strings()
                .withCharRange('a', 'z')
                .numeric()
                .withChars('-')
                .ofMaxLength(61);
        Arbitrary<String> end =
                Arbitraries.strings().withCharRange('a', 'z').numeric().ofLength(1);
        return inner.flatMap(middle -> end.map(letter -> letter + middle + letter));
    }

    @Provide
    Arbitrary<String> names() {
        return labels().list().ofMinSize(1).ofMaxSize(3).map(labels -> String.join(".", labels));
    }

    @Provide
    Arbitrary<List<String>> pieces() {
        return Arbitraries.of(
                        "spiffe://",
                        "SPIFFE://",
                        "spiffe:",
                        "/",
                        "//",
                        "agent",
                        "Agent",
                        "operator",
                        "scheduler",
                        "c-1",
                        "node-1",
                        "node.1",
                        ".",
                        "..",
                        "%2f",
                        "%00",
                        "?",
                        "#",
                        "@",
                        ":80",
                        " ",
                        "\n",
                        "\u0000",
                        "ä",
                        "-",
                        "ｎode",
                        "")
                .list()
                .ofMaxSize(8)
                .flatMap(rest -> Arbitraries.of(
                        rest,
                        List.of("spiffe://c-1/agent/", String.join("", rest)),
                        List.of("spiffe://", String.join("", rest), "/agent/node-1")));
    }
}
