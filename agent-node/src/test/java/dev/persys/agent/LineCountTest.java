package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class LineCountTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Pattern LINE = Pattern.compile("[^\n]*\n|[^\n]+");

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @Test
    void linesAreCountedAndLeftOutHoweverTheBytesArrive() {
        Random random = new Random(7);
        for (String text : List.of("", "\n", "a", "a\n", "a\nb", "\n\na\n", "eins\nzwölf\ndrei")) {
            List<String> lines =
                    LINE.matcher(text).results().map(MatchResult::group).toList();
            for (int i = 0; i < 10; i++) {
                List<ByteString> pieces = pieces(text, random);
                LineCount count = LineCount.NONE;
                for (ByteString piece : pieces) {
                    count = count.and(piece);
                }
                assertThat(count.lines()).as(text).isEqualTo(lines.size());
                for (int first = -1; first <= lines.size() + 1; first++) {
                    assertThat(withoutFirst(pieces, first))
                            .isEqualTo(String.join(
                                    "", lines.subList(Math.min(Math.max(0, first), lines.size()), lines.size())));
                }
            }
        }
    }

    private static String withoutFirst(List<ByteString> pieces, int first) {
        return LineCount.withoutFirst(Source.from(pieces), first)
                .runWith(Sink.fold(ByteString.emptyByteString(), ByteString::concat), KIT.system())
                .toCompletableFuture()
                .join()
                .utf8String();
    }

    private static List<ByteString> pieces(String text, Random random) {
        ByteString rest = ByteString.fromString(text);
        List<ByteString> pieces = new ArrayList<>(List.of(ByteString.emptyByteString()));
        while (rest.nonEmpty()) {
            int size = 1 + random.nextInt(rest.size());
            pieces.add(rest.take(size));
            rest = rest.drop(size);
        }
        return pieces;
    }
}
