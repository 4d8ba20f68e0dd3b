package dev.persys.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cases from the grammar of distribution/reference, and what a hostile request may send. */
final class ImageReferenceTest {
    private static final String SHA256 = "sha256:" + "f".repeat(64);

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "nginx, nginx, -",
                "test_com, test_com, -",
                "test.com:tag, test.com, tag",
                "test.com:5000, test.com, 5000",
                "test.com/repo:tag, test.com/repo, tag",
                "test:5000/repo, test:5000/repo, -",
                "test:5000/repo:tag, test:5000/repo, tag",
                "lowercase:Uppercase, lowercase, Uppercase",
                "Uppercase/lowercase:tag, Uppercase/lowercase, tag",
                "sub-dom1.foo.com/bar/baz/quux:some-long-tag, sub-dom1.foo.com/bar/baz/quux, some-long-tag",
                "b.example.com/test.example.com/my-app:1.0, b.example.com/test.example.com/my-app, 1.0",
                "xn--n3h.com/myimage:xn--n3h.com, xn--n3h.com/myimage, xn--n3h.com",
                "foo_bar.com:8080, foo_bar.com, 8080",
                "foo/foo_bar.com:8080, foo/foo_bar.com, 8080",
                "192.168.1.1, 192.168.1.1, -",
                "192.168.1.1:5000/repo:5050, 192.168.1.1:5000/repo, 5050",
                "[2001:db8::1]:5000/repo:tag, [2001:db8::1]:5000/repo, tag",
                "[::1]:5000/repo, [::1]:5000/repo, -",
                "a__b/c---d.e, a__b/c---d.e, -",
                "python:_3.9-slim, python, _3.9-slim"
            })
    void referenceOfTheGrammarIsRead(String text, String repository, String tag) {
        assertThat(ImageReference.parse(text))
                .hasValue(new ImageReference(repository, Optional.ofNullable(tag), Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                " nginx",
                "nginx ",
                "nginx\n",
                ":justtag",
                "repo:",
                "repo:-tag",
                "repo:tag:tag",
                "repo@",
                "Uppercase",
                "Uppercase:tag",
                "test:5000/Uppercase/lowercase:tag",
                "aa/asdf$$^/aa",
                "[2001:db8::1]",
                "[2001:db8::1]:5000",
                "[fe80::1%eth0]:5000/repo",
                "a//b",
                "/a",
                "a/",
                "a..b",
                "a___b",
                "-a",
                "a-",
                "http://a/b",
                "a/b@sha256:ff",
                "ünicode",
                "a\u0000b"
            })
    void textOutsideTheGrammarIsRefused(String text) {
        assertThat(ImageReference.parse(text)).isEmpty();
    }

    @Test
    void digestHasTheLengthOfItsAlgorithm() {
        assertThat(ImageReference.parse("repo:tag@" + SHA256).orElseThrow().digest())
                .hasValue(SHA256);
        assertThat(ImageReference.parse("repo@sha384:" + "0".repeat(96))).isPresent();
        assertThat(ImageReference.parse("repo@sha512:" + "a".repeat(128))).isPresent();
        assertThat(ImageReference.parse("repo@sha256:" + "f".repeat(34))).isEmpty();
        assertThat(ImageReference.parse("repo@sha256:" + "F".repeat(64))).isEmpty();
        assertThat(ImageReference.parse("repo@invaliddigest:" + "f".repeat(64))).isEmpty();
        assertThat(ImageReference.parse("@" + SHA256)).isEmpty();
    }

    @Test
    void repositoryHas255CharactersAtMostAndATag128() {
        assertThat(ImageReference.parse("a/".repeat(127) + "a:tag-beyond-that")).isPresent();
        assertThat(ImageReference.parse("a/".repeat(128) + "a:tag")).isEmpty();
        assertThat(ImageReference.parse("a:" + "t".repeat(128))).isPresent();
        assertThat(ImageReference.parse("a:" + "t".repeat(129))).isEmpty();
    }

    @Test
    void hugeTextIsRefusedWithoutHarm() {
        assertThat(ImageReference.parse("a/".repeat(500_000) + "a")).isEmpty();
        assertThat(ImageReference.parse("a.".repeat(500_000) + "/b")).isEmpty();
        assertThat(ImageReference.parse("a-".repeat(510))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"nginx, nginx:latest", "nginx:1, nginx:1", "test:5000/repo, test:5000/repo:latest"})
    void whatIsPulledNamesATag(String text, String pullable) {
        assertThat(ImageReference.parse(text).orElseThrow().pullable()).isEqualTo(pullable);
    }

    @Test
    void digestIsPulledWithoutItsTag() {
        assertThat(ImageReference.parse("repo:tag@" + SHA256).orElseThrow().pullable())
                .isEqualTo("repo@" + SHA256);
    }

    @ParameterizedTest
    @CsvSource({
        "nginx, docker.io",
        "library/nginx, docker.io",
        "docker.io/library/nginx, docker.io",
        "index.docker.io/library/nginx, docker.io",
        "registry.corp.example/team/app, registry.corp.example",
        "Registry/app, registry",
        "localhost/app, localhost",
        "127.0.0.1:19555/evil/x, 127.0.0.1:19555",
        "[::1]:5000/app, [::1]:5000"
    })
    void registryIsWhatDockerTakesForAHost(String reference, String host) {
        assertThat(ImageReference.parse(reference).orElseThrow().registryHost()).isEqualTo(host);
    }
}
