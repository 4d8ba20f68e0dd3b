package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.cli.CommandLineFixture.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpVerbTest {
    private final ScriptedScheduler scheduler = new ScriptedScheduler();
    private final CommandLineFixture cli = CommandLineFixture.against(scheduler);

    @AfterEach
    void stop() {
        scheduler.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cp web: .", "cp src web:", "cp web: -", "cp - web:"})
    void pathThatIsMissingIsNotTheRoot(String line) {
        Result result = cli.run(line.split(" "));
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err())
                .startsWith("persys: PATH is missing behind web:\n")
                .contains(" is web:/, from its root");
        assertThat(scheduler.asked()).isEmpty();
    }
}
