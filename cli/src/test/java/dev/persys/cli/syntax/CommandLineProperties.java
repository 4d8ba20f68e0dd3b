package dev.persys.cli.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.cli.Failure;
import dev.persys.cli.syntax.Declaration.Times;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** What the plain reader understands, picocli understands alike; the rest is picocli's. */
class CommandLineProperties {
    private static final List<Declaration> OPTIONS = List.of(
            Declaration.option("-h, --help", "", "", Times.FLAG),
            Declaration.option("-a, --all", "", "", Times.FLAG),
            Declaration.option("-n, --name", "NAME", "", Times.ONCE),
            Declaration.option("-e, --env", "ENV", "", Times.REPEATED));
    private static final List<List<Declaration>> PARAMETERS = List.of(
            List.of(),
            List.of(Declaration.parameter("ONE", "", Times.ONCE, true)),
            List.of(Declaration.parameter("MAYBE", "", Times.ONCE, false)),
            List.of(Declaration.parameter("MANY", "", Times.REPEATED, true)));

    @Provide
    Arbitrary<List<String>> commandLines() {
        return Arbitraries.of(
                        "-a",
                        "--all",
                        "-n",
                        "--name",
                        "--name=x",
                        "--name=",
                        "-nx",
                        "-e",
                        "--env",
                        "--env=A=1",
                        "-e=A",
                        "-ae",
                        "--all=true",
                        "x",
                        "y=1",
                        "-",
                        "",
                        "'q'",
                        "\"q\"",
                        "--nope",
                        "-x",
                        "-1",
                        "@file",
                        "a b",
                        "--help",
                        "${x}",
                        "-h")
                .list()
                .ofMaxSize(5);
    }

    @Property(tries = 3000)
    void whatIsPlainIsReadAsPicocliReadsIt(@ForAll("commandLines") List<String> words) {
        for (List<Declaration> parameters : PARAMETERS) {
            Optional<Map<Declaration, List<String>>> plain = PlainCommandLine.read(OPTIONS, parameters, words);
            Statistics.label("plain").collect(plain.isPresent());
            if (plain.isPresent()) {
                assertThat(new HashMap<>(plain.get()))
                        .isEqualTo(new HashMap<>(byPicocli(parameters, words).orElseThrow()));
            }
        }
    }

    private static Optional<Map<Declaration, List<String>>> byPicocli(
            List<Declaration> parameters, List<String> words) {
        try {
            return Optional.of(
                    new PicocliCommandLine("v", "", OPTIONS, parameters, Optional.empty(), List.of()).read(words));
        } catch (Failure e) {
            return Optional.empty();
        }
    }
}
