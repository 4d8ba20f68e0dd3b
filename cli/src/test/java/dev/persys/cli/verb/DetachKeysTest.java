package dev.persys.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persys.cli.syntax.Reader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class DetachKeysTest {
    private static final String P = "\u0010";
    private static final String Q = "\u0011";

    @Test
    void keysAreSeenHoweverTheyArriveAndWhatIsTypedBeforeGoesThrough() throws Reader.NotAValueException {
        DetachKeys keys = DetachKeys.parse("ctrl-p,ctrl-q");

        assertThat(text(keys.typed(bytes("ab" + P), 3))).isEqualTo("ab");
        DetachKeys.Typed last = keys.typed(bytes(Q + "never"), 6);

        assertThat(last.detached()).isTrue();
        assertThat(text(last)).isEmpty();
    }

    @Test
    void beginningThatLeadsNowhereGoesThroughInItsPlace() throws Reader.NotAValueException {
        DetachKeys keys = DetachKeys.parse("ctrl-p,ctrl-q");

        assertThat(text(keys.typed(bytes(P + "x" + P + P), 4))).isEqualTo(P + "x" + P);
        DetachKeys.Typed next = keys.typed(bytes("y"), 1);

        assertThat(next.detached()).isFalse();
        assertThat(text(next)).isEqualTo(P + "y");
    }

    @Test
    void singleKeyAndCharactersAreKeysToo() throws Reader.NotAValueException {
        assertThat(DetachKeys.parse("ctrl-c").typed(new byte[] {3}, 1).detached())
                .isTrue();
        assertThat(DetachKeys.parse("~,.").typed(bytes("~."), 2).detached()).isTrue();
        assertThatThrownBy(() -> DetachKeys.parse("alt-x")).hasMessageContaining("ctrl-p,ctrl-q");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(DetachKeys.Typed typed) {
        return new String(typed.forContainer(), StandardCharsets.US_ASCII);
    }
}
