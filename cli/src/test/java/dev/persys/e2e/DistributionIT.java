package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the build puts together: the jars, and the order in which the launcher gives them to Java. */
class DistributionIT {
    private static final Path PRODUCT = Path.of("target", "persys");

    /** What an earlier build left in the directory is nobody's: it is on no class path. */
    @Test
    void productLooksIntoItsJarsInTheOrderOfTheTests() throws IOException {
        List<String> tests = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).getFileName().toString())
                .filter(name -> Files.exists(PRODUCT.resolve("lib").resolve(name)))
                .toList();

        assertThat(jarsOf("classpath"))
                .hasSizeGreaterThan(50)
                .doesNotHaveDuplicates()
                .isEqualTo(tests);
    }

    @Test
    void shortVerbsHaveAFewOfTheseJarsInTheSameOrder() throws IOException {
        assertThat(jarsOf("client-classpath")).hasSizeLessThan(15);
        assertThat(jarsOf("classpath")).containsSubsequence(jarsOf("client-classpath"));
    }

    private static List<String> jarsOf(String list) throws IOException {
        return Arrays.stream(Files.readString(PRODUCT.resolve("lib").resolve(list))
                        .strip()
                        .split(":", -1))
                .map(jar -> Path.of(jar).getFileName().toString())
                .toList();
    }
}
