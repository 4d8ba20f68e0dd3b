package dev.persys.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.FieldError;
import dev.persys.cli.Context;
import dev.persys.cli.output.Terminal;
import dev.persys.cli.syntax.Syntax;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That what is wrong with a field of a workload is told of the option that was typed. */
final class OptionNamesTest {
    /** What says nothing of the workload. */
    private static final Set<String> OF_THE_REQUEST = Set.of(
            "--help",
            "--idempotency-key",
            "--replace",
            "--undo",
            "--move",
            "--detach-keys",
            "--detach",
            "--wait",
            "--stable-for",
            "--timeout",
            "--quiet",
            "--address",
            "--token-file",
            "--certificate",
            "--key",
            "--roots");

    /** By one value each. */
    private static final List<String> OF_THE_WORKLOAD = List.of(
            "--name web",
            "--env A=1",
            "--env-file FILE",
            "--secret-env A=b",
            "--publish 8080:80",
            "--volume a1:/data",
            "--mount source=a1,target=/data",
            "--mount type=tmpfs,target=/run",
            "--cpu 1",
            "--cpu-limit 1",
            "--cpus 1",
            "--memory 64",
            "--memory-limit 64",
            "--restart no",
            "--label a=b",
            "--constraint a=b",
            "--network host",
            "--user 1",
            "--workdir /srv",
            "--entrypoint x",
            "--pull-policy never",
            "--stop-grace 1s",
            "--registry-credentials hub",
            "--health-http 80",
            "--health-tcp 80",
            "--health-cmd true",
            "--health-interval 1s",
            "--health-timeout 1s",
            "--health-retries 1",
            "--health-start-period 1s",
            "--on-unhealthy report",
            "--no-healthcheck",
            "--hostname x",
            "--init",
            "--read-only",
            "--tmpfs /run",
            "--cap-add CHOWN",
            "--cap-drop ALL",
            "--ulimit nofile=1",
            "--add-host a:::1",
            "--stop-signal QUIT",
            "--dns ::1");

    @TempDir
    private Path directory;

    /** No option can be added to {@code run} without being told of here. */
    @Test
    void everyOptionThatSaysAFieldHasIts() {
        Set<String> options = new RunVerb()
                .syntax().options().stream().map(option -> last(option.names())).collect(Collectors.toSet());
        Set<String> tried = OF_THE_WORKLOAD.stream()
                .map(line -> line.split(" ", -1)[0])
                .map(name -> name.equals("--publish") ? "--port" : name)
                .collect(Collectors.toCollection(TreeSet::new));
        tried.addAll(List.of("--interactive", "--tty", "--rm"));
        tried.addAll(OF_THE_REQUEST);

        assertThat(tried).containsExactlyInAnyOrderElementsOf(options);
    }

    /** By what the options really put into a request. */
    @Test
    void everyFieldOfARequestIsToldByTheOptionThatPutItThere() throws Exception {
        Files.writeString(directory.resolve("FILE"), "B=2\n");
        for (String line : OF_THE_WORKLOAD) {
            List<String> words = Arrays.stream(line.split(" "))
                    .map(word -> word.equals("FILE") ? directory.resolve("FILE").toString() : word)
                    .toList();
            Syntax syntax = new Syntax("run", "");
            WorkloadOptions options = new WorkloadOptions(syntax);
            syntax.parse(words);

            ObjectNode request = options.request("nginx", List.of(), context());

            OptionNames names = new OptionNames(syntax::isGiven);
            List<String> said = pointers(request, "").stream()
                    .filter(pointer -> line.startsWith("--name ") ? pointer.equals("/name") : isOfAnOption(pointer))
                    .map(pointer -> names.told(new FieldError(pointer, "", "")).pointer())
                    .toList();
            assertThat(said)
                    .as(line)
                    .isNotEmpty()
                    .allSatisfy(told -> assertThat(told.split(" ", -1)[0]).isEqualTo(words.get(0)));
        }
    }

    private static boolean isOfAnOption(String pointer) {
        return !Set.of("/name", "/type", "/image").contains(pointer);
    }

    @Test
    void everyNameThereIsAnOptions() {
        Set<String> options = new RunVerb()
                .syntax().options().stream()
                        .flatMap(option -> option.names().stream())
                        .collect(Collectors.toSet());
        assertThat(OptionNames.BY_FIELD.values().stream().flatMap(Collection::stream))
                .allSatisfy(name -> assertThat(name).isIn(and(options, "IMAGE", "COMMAND")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/image             | IMAGE",
                "/command/2         | COMMAND",
                "/envVars/A~1B      | --env A/B",
                "/ports/0           | --publish",
                "/healthCheck/http/port | --health-http port",
                "/startAttached     | --interactive",
                "/of-tomorrow/0     | /of-tomorrow/0",
                "?limit             | ?limit"
            })
    void entriesAreNamedWhereTheyHaveNames(String pointer, String told) {
        OptionNames names = new OptionNames(option -> false);
        assertThat(names.told(new FieldError(pointer, "bad", "good"))).isEqualTo(new FieldError(told, "bad", "good"));
    }

    @Test
    void whatIsAllowedIsSaidInOptionsToo() {
        FieldError told = new OptionNames("--cpus"::equals)
                .told(new FieldError("/limits/cpu", "1", "at least the 2 cores of resources.cpu"));
        assertThat(told).isEqualTo(new FieldError("--cpus", "1", "at least the 2 cores of --cpus"));
    }

    private static List<String> pointers(JsonNode node, String at) {
        if (!node.isObject()) {
            return List.of(at);
        }
        List<String> all = new ArrayList<>();
        node.properties().forEach(field -> all.addAll(pointers(field.getValue(), at + "/" + field.getKey())));
        return all;
    }

    private static List<String> and(Collection<String> some, String... more) {
        return Stream.concat(some.stream(), Stream.of(more)).toList();
    }

    private static String last(List<String> names) {
        return names.get(names.size() - 1);
    }

    private static Context context() {
        return new Context(Map.of(), InputStream.nullInputStream(), System.out, System.err, Terminal.NONE);
    }
}
