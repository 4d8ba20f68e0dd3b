package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import dev.persys.model.PortMapping;
import java.util.List;
import java.util.stream.Stream;

/** A workload's health check as options describe it: Docker's, and those for what the agent asks itself. */
final class HealthOptions {
    /** A port of the container, and what is asked for there. */
    private record Request(int port, String path) {}

    private static final Reader<Integer> PORT = HealthOptions::port;
    private static final Reader<Request> REQUEST = HealthOptions::request;

    private final Single<String> command;
    private final Single<Request> http;
    private final Single<Integer> tcp;
    private final Single<String> interval;
    private final Single<String> timeout;
    private final Single<Integer> retries;
    private final Single<String> startPeriod;
    private final Single<String> onUnhealthy;
    private final Flag none;

    HealthOptions(Syntax syntax) {
        http = syntax.option(
                "--health-http", "PORT[/PATH]", "Healthy while a GET there answers with 200 to 399.", REQUEST);
        tcp = syntax.option("--health-tcp", "PORT", "Healthy while that port takes connections.", PORT);
        command = syntax.option(
                "--health-cmd",
                "COMMAND",
                "Healthy while this, run by the container's shell, ends with 0.",
                Reader.TEXT);
        interval = syntax.option("--health-interval", "SPAN", "Between two checks (10s otherwise).", Reader.TEXT);
        timeout =
                syntax.option("--health-timeout", "SPAN", "What takes longer has failed (5s otherwise).", Reader.TEXT);
        retries = syntax.option("--health-retries", "N", "So many failures in a row (3 otherwise).", Reader.COUNT);
        startPeriod = syntax.option(
                "--health-start-period",
                "SPAN",
                "Failures at the start that do not count (0s otherwise).",
                Reader.TEXT);
        onUnhealthy = syntax.option("--on-unhealthy", "WHAT", "report (otherwise), or restart.", Reader.TEXT);
        none = syntax.flag("--no-healthcheck", "Nothing is checked, whatever the image declares.");
    }

    /** Into {@code request}, with only what was said. */
    void put(ObjectNode request) {
        ObjectNode check = JsonText.object();
        http.value().ifPresent(value -> {
            ObjectNode asked = JsonText.object();
            asked.put("port", value.port());
            asked.put("path", value.path());
            check.set("http", asked);
        });
        tcp.value().ifPresent(port -> {
            ObjectNode connected = JsonText.object();
            connected.put("port", port);
            check.set("tcp", connected);
        });
        command.value().ifPresent(line -> check.put("exec", line));
        requireOne(check);
        if (none.isSet()) {
            check.put("none", true);
        }
        interval.value().ifPresent(span -> check.put("interval", span));
        timeout.value().ifPresent(span -> check.put("timeout", span));
        retries.value().ifPresent(many -> check.put("retries", many));
        startPeriod.value().ifPresent(span -> check.put("startPeriod", span));
        onUnhealthy.value().ifPresent(what -> check.put("onUnhealthy", what));
        if (!check.isEmpty()) {
            request.set("healthCheck", check);
        }
    }

    private void requireOne(ObjectNode check) {
        List<String> given = Stream.of("--health-http", "--health-tcp", "--health-cmd", "--no-healthcheck")
                .filter(option -> switch (option) {
                    case "--health-http" -> check.has("http");
                    case "--health-tcp" -> check.has("tcp");
                    case "--health-cmd" -> check.has("exec");
                    default -> none.isSet();
                })
                .toList();
        if (given.size() > 1) {
            throw new Failure(ExitCode.USAGE, String.join(" and ", given) + " exclude each other", "Give one of them.");
        }
    }

    private static Request request(String text) throws Reader.NotAValueException {
        int slash = text.indexOf('/');
        return new Request(port(slash < 0 ? text : text.substring(0, slash)), slash < 0 ? "/" : text.substring(slash));
    }

    private static int port(String text) throws Reader.NotAValueException {
        if (!text.matches("[0-9]{1,5}") || !PortMapping.isPort(Integer.parseInt(text))) {
            throw new Reader.NotAValueException("a port of the container is wanted, from 1 to 65535");
        }
        return Integer.parseInt(text);
    }
}
