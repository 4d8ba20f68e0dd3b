package dev.persys.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileProblemTest {
    @Test
    void whatThePlatformThrowsIsToldInWordsAndWithoutAClass(@TempDir Path directory) {
        IOException none = catchThrowableOfType(IOException.class, () -> Files.readString(directory.resolve("none")));
        IOException text = catchThrowableOfType(
                IOException.class,
                () -> Files.readString(Files.write(directory.resolve("bytes"), new byte[] {-1, -2})));

        assertThat(FileProblem.of(none)).isEqualTo("there is no such file");
        assertThat(FileProblem.named(none)).isEqualTo(directory.resolve("none") + ": there is no such file");
        assertThat(FileProblem.named(text)).isEqualTo("it is not text in UTF-8");
        assertThat(FileProblem.named(new IOException("No space left on device")))
                .isEqualTo("No space left on device");
        assertThat(FileProblem.named(new FileSystemException("/a", null, "Read-only file system")))
                .isEqualTo("/a: Read-only file system");
        assertThat(List.of(
                        new IOException(),
                        new CharacterCodingException(),
                        new AccessDeniedException("/a"),
                        new FileAlreadyExistsException("/a"),
                        new NotDirectoryException("/a"),
                        new FileSystemException("/a")))
                .extracting(FileProblem::named)
                .allSatisfy(words -> assertThat(words).isNotBlank().doesNotContain("Exception", "null"))
                .doesNotHaveDuplicates();
    }
}
