package dev.persys.http.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.http.KeepAlive;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;

final class QuickKeepAliveTest {
    @Test
    void kernelIsToldWhenToAsk() throws IOException {
        try (SocketChannel channel = SocketChannel.open()) {
            new QuickKeepAlive().beforeConnect(channel.socket());

            assertThat(channel.socket().getKeepAlive()).isTrue();
            KeepAlive.OPTIONS.forEach((option, value) -> {
                try {
                    assertThat(channel.getOption(option)).isEqualTo(value);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
        }
    }
}
