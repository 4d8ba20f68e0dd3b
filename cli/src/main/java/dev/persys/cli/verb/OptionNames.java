package dev.persys.cli.verb;

import static java.util.Map.entry;

import dev.persys.api.FieldError;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * By which options of {@code persys run} the fields of a workload are said, so that what is wrong with one is told in the
 * words of whoever typed the command.
 */
final class OptionNames {
    /** By JSON pointers, of which the longest counts that a field's begins with. */
    static final Map<String, List<String>> BY_FIELD = Map.ofEntries(
            entry("/name", List.of("--name")),
            entry("/image", List.of("IMAGE")),
            entry("/command", List.of("COMMAND")),
            entry("/entrypoint", List.of("--entrypoint")),
            entry("/envVars", List.of("--env", "--env-file")),
            entry("/secretEnv", List.of("--secret-env")),
            entry("/resources", List.of("--cpu", "--cpus", "--memory")),
            entry("/resources/cpu", List.of("--cpu", "--cpus")),
            entry("/resources/memory", List.of("--memory")),
            entry("/limits", List.of("--cpu-limit", "--cpus", "--memory-limit")),
            entry("/limits/cpu", List.of("--cpu-limit", "--cpus")),
            entry("/limits/memory", List.of("--memory-limit")),
            entry("/ports", List.of("--publish")),
            entry("/volumes", List.of("--volume", "--mount")),
            entry("/tmpfs", List.of("--tmpfs", "--mount")),
            entry("/network", List.of("--network")),
            entry("/user", List.of("--user")),
            entry("/workingDir", List.of("--workdir")),
            entry("/restartPolicy", List.of("--restart")),
            entry("/labels", List.of("--label")),
            entry("/constraints", List.of("--constraint")),
            entry("/stopGracePeriod", List.of("--stop-grace")),
            entry("/pullPolicy", List.of("--pull-policy")),
            entry("/registryCredentials", List.of("--registry-credentials")),
            entry("/healthCheck", List.of("--health-http", "--health-tcp", "--health-cmd", "--no-healthcheck")),
            entry("/healthCheck/http", List.of("--health-http")),
            entry("/healthCheck/tcp", List.of("--health-tcp")),
            entry("/healthCheck/exec", List.of("--health-cmd")),
            entry("/healthCheck/none", List.of("--no-healthcheck")),
            entry("/healthCheck/interval", List.of("--health-interval")),
            entry("/healthCheck/timeout", List.of("--health-timeout")),
            entry("/healthCheck/retries", List.of("--health-retries")),
            entry("/healthCheck/startPeriod", List.of("--health-start-period")),
            entry("/healthCheck/onUnhealthy", List.of("--on-unhealthy")),
            entry("/hostname", List.of("--hostname")),
            entry("/init", List.of("--init")),
            entry("/readOnly", List.of("--read-only")),
            entry("/capAdd", List.of("--cap-add")),
            entry("/capDrop", List.of("--cap-drop")),
            entry("/ulimits", List.of("--ulimit")),
            entry("/extraHosts", List.of("--add-host")),
            entry("/stopSignal", List.of("--stop-signal")),
            entry("/dns", List.of("--dns")),
            entry("/stdinOpen", List.of("--interactive")),
            entry("/tty", List.of("--tty")),
            entry("/startAttached", List.of("--interactive", "--tty", "--rm")),
            entry("/autoRemove", List.of("--rm")));

    private final Predicate<String> given;

    /** @param given whether an option was typed, by its name */
    OptionNames(Predicate<String> given) {
        this.given = given;
    }

    /** The same mistake, of the option that it was made with. */
    FieldError told(FieldError error) {
        String allowed = error.allowed();
        for (String field : BY_FIELD.keySet()) {
            String dotted = field.substring(1).replace('/', '.');
            if (dotted.indexOf('.') > 0) {
                allowed = allowed.replace(dotted, option(field));
            }
        }
        return new FieldError(option(error.pointer()), error.found(), allowed);
    }

    /** The option behind a JSON pointer, with the entry of it that is meant, where entries have names. */
    private String option(String pointer) {
        String field = pointer;
        while (!field.isEmpty() && !BY_FIELD.containsKey(field)) {
            field = field.substring(0, Math.max(0, field.lastIndexOf('/')));
        }
        if (field.isEmpty()) {
            return pointer;
        }
        List<String> options = BY_FIELD.get(field);
        String option = options.stream().filter(given).findFirst().orElse(options.get(0));
        return Stream.concat(
                        Stream.of(option),
                        Stream.of(pointer.substring(field.length()).split("/", -1))
                                .filter(part -> !part.matches("[0-9]*"))
                                .map(part -> part.replace("~1", "/").replace("~0", "~")))
                .collect(Collectors.joining(" "));
    }
}
