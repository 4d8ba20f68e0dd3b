package dev.persys.cli;

import dev.persys.cli.output.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs a command line in this process and keeps what it printed. */
final class CommandLineFixture {
    private final Map<String, String> environment = new HashMap<>();
    private Terminal terminal = Terminal.NONE;
    private String input = "";

    /** What a command line came to. */
    record Result(Exit code, String out, String err) {}

    /** Against this scheduler, with a token; what is started is up as soon as it runs, unless an option says otherwise. */
    static CommandLineFixture against(ScriptedScheduler scheduler) {
        return new CommandLineFixture()
                .with("PERSYS_ADDRESS", scheduler.address())
                .with("PERSYS_TOKEN", "secret-token")
                .with("PERSYS_STABLE_FOR", "0")
                .with("PERSYS_HOME", "/nonexistent");
    }

    CommandLineFixture with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    CommandLineFixture on(Terminal screen) {
        terminal = screen;
        return this;
    }

    CommandLineFixture typing(String text) {
        input = text;
        return this;
    }

    Result run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Exit code = Persys.run(
                List.of(arguments),
                new Context(
                        environment,
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        terminal));
        return new Result(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
