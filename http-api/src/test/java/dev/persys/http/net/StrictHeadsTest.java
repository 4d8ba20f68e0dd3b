package dev.persys.http.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bar in a request stands for CR LF. */
final class StrictHeadsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1|Host: a||",
                "|GET / HTTP/1.1|Host: a||GET / HTTP/1.1||",
                "POST / HTTP/1.1|Content-Length: 5||\n\n\n\n\nGET / HTTP/1.1||",
                "POST / HTTP/1.1|Transfer-Encoding: Chunked||3;a=b|\n\n\n|0|T: x||GET / HTTP/1.1||",
                "GET / HTTP/1.1|Upgrade: websocket||\n\0\n"
            })
    void whatHasOneReadingIsTakenHoweverItComes(String requests) {
        byte[] bytes = bytes(requests);
        for (int cut = 0; cut <= bytes.length; cut++) {
            StrictHeads heads = new StrictHeads();
            assertThat(heads.fault(Arrays.copyOf(bytes, cut)))
                    .as("cut at %d", cut)
                    .isEmpty();
            assertThat(heads.fault(Arrays.copyOfRange(bytes, cut, bytes.length)))
                    .as("cut at %d", cut)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\n",
                "GET / HTTP/1.1|A: b\n",
                "GET / HTTP/1.1|A: b| c||",
                "GET / HTTP/1.1|A : b||",
                "GET / HTTP/1.1|A: b\rc||",
                "POST / HTTP/1.1|Content-Length: 1|Content-Length: 1||x",
                "POST / HTTP/1.1|Content-Length: 0x1||x",
                "POST / HTTP/1.1|Content-Length: -1||x",
                "POST / HTTP/1.1|Content-Length: 3|Transfer-Encoding: chunked||0||",
                "POST / HTTP/1.1|Transfer-Encoding: gzip, chunked||0||",
                "POST / HTTP/1.1|Transfer-Encoding: chunked||0x3|abc|0||",
                "POST / HTTP/1.1|Transfer-Encoding: chunked||1|ab|0||",
                "POST / HTTP/1.1|Transfer-Encoding: chunked||1\na|0||"
            })
    void whatHasTwoIsNotHoweverItComes(String request) {
        byte[] bytes = bytes(request);
        for (int cut = 0; cut <= bytes.length; cut++) {
            StrictHeads heads = new StrictHeads();
            Optional<String> first = heads.fault(Arrays.copyOf(bytes, cut));
            byte[] rest = Arrays.copyOfRange(bytes, cut, bytes.length);
            assertThat(first.or(() -> heads.fault(rest))).as("cut at %d", cut).isPresent();
        }
    }

    @Test
    void wholeRequestsInFrontOfAFaultAreKnown() {
        String good = "GET / HTTP/1.1|Host: a||POST / HTTP/1.1|Content-Length: 1||x";
        StrictHeads heads = new StrictHeads();
        assertThat(heads.fault(bytes(good + "GET / HTTP/1.1\n"))).isPresent();
        assertThat(heads.whole()).isEqualTo(bytes(good).length);
        assertThat(heads.isInHead()).isTrue();
    }

    private static byte[] bytes(String request) {
        return request.replace("|", "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
