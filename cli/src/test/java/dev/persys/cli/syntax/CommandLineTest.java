package dev.persys.cli.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.syntax.Declaration.Times;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {
    private static final Declaration ALL = Declaration.option("-a, --all", "", "All.", Times.FLAG);
    private static final Declaration QUIET = Declaration.option("-q, --quiet", "", "Quiet.", Times.FLAG);
    private static final Declaration NAME = Declaration.option("-n, --name", "NAME", "A name.", Times.ONCE);
    private static final Declaration ENV = Declaration.option("-e, --env", "ENV", "A variable.", Times.REPEATED);
    private static final Declaration MEMORY = Declaration.option("--memory", "SIZE", "Memory.", Times.ONCE);
    private static final List<Declaration> OPTIONS = List.of(ALL, QUIET, NAME, ENV, MEMORY);
    private static final Declaration ONE = Declaration.parameter("ONE", "One.", Times.ONCE);
    private static final Declaration MANY = Declaration.parameter("MANY", "Some.", Times.REPEATED);

    /** What a line means: each thing given, by its last name, in the order of declaration. */
    private static String read(List<Declaration> parameters, List<String> words) {
        Map<Declaration, List<String>> values = new CommandLine(
                        "persys v", OPTIONS, parameters, Optional.empty(), name -> name.equals("--gpus") ? "None." : "")
                .read(words);
        List<String> parts = new ArrayList<>();
        List<Declaration> all = new ArrayList<>(OPTIONS);
        all.addAll(parameters);
        for (Declaration declaration : all) {
            if (values.containsKey(declaration)) {
                parts.add(declaration.name() + "=" + String.join("+", values.get(declaration)));
            }
        }
        return String.join(" ", parts);
    }

    private static List<String> words(String line) {
        return line.isEmpty() ? List.of() : List.of(line.split(" ", -1));
    }

    @ParameterizedTest
    @CsvSource({
        "x, ONE=x",
        "-, ONE=-",
        "x -a, --all= ONE=x",
        "--all x, --all= ONE=x",
        "--name y x, --name=y ONE=x",
        "--name=y x, --name=y ONE=x",
        "--name= x, --name= ONE=x",
        "--name=-y x, --name=-y ONE=x",
        "--name - x, --name=- ONE=x",
        "-n y x, --name=y ONE=x",
        "-ny x, --name=y ONE=x",
        "-n=y x, --name=y ONE=x",
        "-n-y x, --name=-y ONE=x",
        "-aq x, --all= --quiet= ONE=x",
        "-aqn y x, --all= --quiet= --name=y ONE=x",
        "-any x, --all= --name=y ONE=x",
        "-e A=1 --env B=2 -eC=3 x, --env=A=1+B=2+C=3 ONE=x",
        "x=1 --memory 5, --memory=5 ONE=x=1",
        "@file, ONE=@file",
        "'\"q\"', ONE=\"q\"",
    })
    void lineMeans(String line, String meaning) {
        assertThat(read(List.of(ONE), words(line))).isEqualTo(meaning);
    }

    @ParameterizedTest
    @CsvSource({
        "'', ONE is missing",
        "-a, ONE is missing",
        "x y, unexpected argument y",
        "x --frobnicate, unknown option --frobnicate",
        "x --memroy 1, unknown option --memroy|Did you mean --memory?",
        "x --memroy=1, unknown option --memroy|Did you mean --memory?",
        "x -m 1, unknown option -m|Did you mean --memory?",
        "x -f, unknown option -f",
        "x --gpus all, unknown option --gpus|None.",
        "x -af, unknown option -f",
        "x -1, unknown option -1",
        "x --name, --name wants NAME|One that begins with a dash is written --name=-... with an equals sign.",
        "x --name --all, --name wants NAME|One that begins with a dash is written --name=-... with an equals sign.",
        "x -n -y, -n wants NAME|One that begins with a dash is written --name=-... with an equals sign.",
        "x --name a --name b, --name is given twice",
        "x -a --all, --all is given twice",
        "x --all=true, --all takes no value",
    })
    void mistakeIsToldWithItsRemedy(String line, String told) {
        assertThatThrownBy(() -> read(List.of(ONE), words(line)))
                .asInstanceOf(type(Failure.class))
                .satisfies(failure -> {
                    ByteArrayOutputStream err = new ByteArrayOutputStream();
                    failure.print(new PrintStream(err, true, StandardCharsets.UTF_8));
                    assertThat(failure.code()).isEqualTo(ExitCode.USAGE);
                    assertThat(err.toString(StandardCharsets.UTF_8).strip().replace("\n", "|"))
                            .isEqualTo("persys: " + told + "|persys v --help shows what it takes.");
                });
    }

    @Test
    void severalParametersAreOneOrMore() {
        assertThat(read(List.of(MANY), List.of("x", "-a", "y", "z"))).isEqualTo("--all= MANY=x+y+z");
        assertThatThrownBy(() -> read(List.of(MANY), List.of())).hasMessage("MANY is missing");
        assertThatThrownBy(() -> read(List.of(), List.of("x"))).hasMessage("unexpected argument x");
    }

    @Provide
    Arbitrary<List<String>> anything() {
        Arbitrary<String> odd = Arbitraries.of(
                "-a", "--all", "-n", "--name", "--name=x", "-nx", "-", "", "-e", "-aqe", "--", "---", "-=", "--=", "x");
        return odd.list().ofMaxSize(6);
    }

    @Property(tries = 3000)
    void anyLineIsReadOrRefused(@ForAll("anything") List<String> words) {
        try {
            assertThat(read(List.of(ONE), words)).contains("ONE=");
        } catch (Failure e) {
            assertThat(e.code()).isEqualTo(ExitCode.USAGE);
        }
    }

    @Test
    void usageNamesAllThereIsNoWiderThanTheTerminal() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Usage(
                        "persys v",
                        "Does what it does, in a sentence that is too long for one line of it.",
                        List.of(ALL, MEMORY),
                        List.of(MANY),
                        Optional.of("COMMAND"),
                        List.of("", "More."),
                        60)
                .print(new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("""
                        Usage: persys v [OPTIONS] MANY... [-- COMMAND...]
                        Does what it does, in a sentence that is too long for one
                        line of it.
                              MANY...               Some.
                          -a, --all                 All.
                              --memory=SIZE         Memory.

                        More.
                        """);
    }
}
