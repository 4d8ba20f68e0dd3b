package dev.persys.http.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class OpenConnectionsTest {
    private final OpenConnections connections = new OpenConnections(4);

    private static InetAddress address(int last) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) last});
    }

    private static ClientConnection answering() {
        ClientConnection connection = new ClientConnection(new ClientConnection.Patience(
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1)));
        assertThat(connection.begin()).isPresent();
        return connection;
    }

    @Test
    void oneMachineLeavesHalfOfThePlacesToOthers() throws UnknownHostException {
        assertThat(connections.serve(answering(), address(1))).isTrue();
        ClientConnection second = answering();
        assertThat(connections.serve(second, address(1))).isTrue();
        assertThat(connections.serve(answering(), address(1))).isFalse();
        assertThat(connections.serve(answering(), address(2))).isTrue();

        second.close();

        assertThat(connections.serve(answering(), address(1))).isTrue();
        assertThat(connections.serve(answering(), address(2))).isTrue();
        assertThat(connections.serve(answering(), address(3))).isFalse();
    }

    @Test
    void programsOfThisMachineAreNotToldApart() {
        for (int i = 0; i < 4; i++) {
            assertThat(connections.serve(answering(), InetAddress.getLoopbackAddress()))
                    .isTrue();
        }
        assertThat(connections.isPressed()).isTrue();
        assertThat(connections.serve(answering(), InetAddress.getLoopbackAddress()))
                .isFalse();
    }
}
