package dev.persys.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.Context;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.dev.DevDirectory;
import dev.persys.cli.output.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What whoever has started a cluster is told to do next. */
final class DevStateTest {
    private static DevState with(boolean docker, String detail) throws IOException {
        Context context = new Context(
                Map.of("PERSYS_HOME", "/nonexistent"),
                InputStream.nullInputStream(),
                System.out,
                System.err,
                Terminal.NONE);
        JsonNode agent = JsonText.read("{\"dockerAvailable\":" + docker + ",\"detail\":\"" + detail + "\"}");
        return new DevState(
                DevDirectory.of(context),
                Optional.of(7L),
                JsonText.object(),
                Optional.of(JsonText.object()),
                Optional.of(agent),
                List.of());
    }

    @ParameterizedTest
    @CsvSource({
        "java.net.SocketException: Permission denied, usermod -aG docker",
        "Connection refused, systemctl start docker"
    })
    void whatKeepsDockerFromAnsweringIsWhatTheAdviceIsAbout(String detail, String advice) throws IOException {
        assertThat(String.join(" ", with(false, detail).advice())).contains(advice);
    }

    @Test
    void whereAllIsWellSomethingToTryIsNamed() throws IOException {
        assertThat(with(true, "").advice()).singleElement().asString().contains("persys run");
    }
}
