package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.cli.CommandLineFixture.Result;
import dev.persys.trust.Certificates;
import dev.persys.trust.Keys;
import dev.persys.trust.Pin;
import dev.persys.trust.SpiffeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code persys ca}: an authority, and certificates by way of requests. */
class CaVerbsTest {
    @TempDir
    private Path home;

    private CommandLineFixture cli;
    private Path authority;

    @BeforeEach
    void prepare() {
        cli = new CommandLineFixture().with("PERSYS_HOME", home.toString());
        authority = home.resolve("ca");
    }

    @Test
    void authorityIsMadeAndShown() throws IOException {
        Result made = ok("ca", "init", "prod");
        X509Certificate root = roots().get(0);

        assertThat(made.out())
                .contains(
                        "Cluster:",
                        "prod",
                        authority.toString(),
                        Pin.of(root).toString(),
                        root.getNotAfter().toInstant() + ", ok")
                .doesNotContain("PRIVATE KEY");
        assertThat(made.err()).isEmpty();
        assertThat(ok("ca", "show").out()).isEqualTo(made.out());
        assertThat(ok("ca", "show", "-o", "name").out()).isEqualTo(Pin.of(root) + "\n");
        JsonNode json = Json.MAPPER.readTree(ok("ca", "show", "-o", "json").out());
        assertThat(json.path("cluster").asText()).isEqualTo("prod");
        assertThat(json.path("roots").path(0).path("pin").asText())
                .isEqualTo(Pin.of(root).toString());
        assertThat(json.path("roots").path(0).path("signs").asBoolean()).isTrue();
        assertThat(json.path("roots").path(0).path("expiry").asText()).isEqualTo("ok");
        assertThat(Instant.parse(json.path("roots").path(0).path("notAfter").asText()))
                .isEqualTo(root.getNotAfter().toInstant());
    }

    @Test
    void requestIsSignedUnderTheNameThatTheCommandSays() throws IOException {
        ok("ca", "init", "prod");
        Path pki = home.resolve("pki");
        Result requested = ok("ca", "request", "--out", pki.toString());
        assertThat(requested.out()).isEqualTo(pki.resolve("request.pem") + "\n");

        Result signed = ok(
                "ca",
                "sign",
                pki.resolve("request.pem").toString(),
                "--role",
                "operator",
                "--name",
                "jane",
                "--out",
                pki.toString());

        X509Certificate certificate = Certificates.readOne(Files.readString(pki.resolve("certificate.pem")), "x");
        assertThat(SpiffeId.of(certificate)).hasToString("spiffe://prod/operator/jane");
        assertThat(Keys.fit(Keys.read(Files.readString(pki.resolve("key.pem")), "x"), certificate.getPublicKey()))
                .isTrue();
        assertThat(Certificates.read(Files.readString(pki.resolve("roots.pem")), "x"))
                .isEqualTo(roots());
        assertThat(signed.out())
                .startsWith("signed spiffe://prod/operator/jane, good until "
                        + certificate.getNotAfter().toInstant())
                .contains(Pin.of(roots().get(0)).toString());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pki)))
                .isEqualTo("rwx------");
        for (String file : List.of("key.pem", "request.pem", "certificate.pem", "roots.pem")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pki.resolve(file))))
                    .as(file)
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void requestOfStandardInputIsSignedToStandardOutput() throws Exception {
        ok("ca", "init", "prod");
        String request = request("pki");

        Result signed = cli.typing(request)
                .run(
                        "ca",
                        "sign",
                        "-",
                        "--role",
                        "agent",
                        "--name",
                        "node-1.rack",
                        "--days",
                        "400",
                        "--dns",
                        "n1.example",
                        "--dns",
                        "n1");

        assertThat(signed.code()).isEqualTo(ExitCode.OK);
        X509Certificate certificate = Certificates.readOne(signed.out(), "x");
        PublicKey root = roots().get(0).getPublicKey();
        certificate.verify(root);
        assertThat(SpiffeId.of(certificate)).hasToString("spiffe://prod/agent/node-1.rack");
        assertThat(certificate.getSubjectAlternativeNames()).hasSize(3);
        assertThat(Duration.between(Instant.now(), certificate.getNotAfter().toInstant())
                        .toDays())
                .isIn(399L, 400L);
        assertThat(signed.err()).startsWith("signed spiffe://prod/agent/node-1.rack, good until ");
        assertThat(signed.out()).startsWith("-----BEGIN CERTIFICATE-----").doesNotContain("signed");
    }

    @Test
    void renewalIsTheSameRequestAgain() throws IOException {
        ok("ca", "init", "prod");
        Path pki = home.resolve("pki");
        ok("ca", "request", "--out", pki.toString());
        String key = Files.readString(pki.resolve("key.pem"));
        String[] sign = {
            "ca",
            "sign",
            pki.resolve("request.pem").toString(),
            "--role",
            "gateway",
            "--name",
            "g",
            "--out",
            pki.toString()
        };
        ok(sign);
        String first = Files.readString(pki.resolve("certificate.pem"));
        ok(sign);

        assertThat(Files.readString(pki.resolve("certificate.pem"))).isNotEqualTo(first);
        assertThat(Files.readString(pki.resolve("key.pem"))).isEqualTo(key);
        refused(
                ExitCode.REFUSED,
                "there is a key " + pki.resolve("key.pem") + " already",
                "ca",
                "request",
                "--out",
                pki.toString());
        assertThat(Files.readString(pki.resolve("key.pem"))).isEqualTo(key);
    }

    @Test
    void rootIsChangedWithTwoOfThemTrustedMeanwhile() throws IOException {
        ok("ca", "init", "prod");
        X509Certificate first = roots().get(0);

        Result changing = ok("ca", "rotate");
        X509Certificate second = roots().get(0);
        assertThat(roots()).containsExactly(second, first);
        assertThat(changing.out())
                .contains(
                        "Previous pin:",
                        Pin.of(first).toString(),
                        Pin.of(second).toString());
        assertThat(changing.err()).contains("bring both roots to every machine");
        refused(ExitCode.REFUSED, "--finish ends that change", "ca", "rotate");

        Result finished = ok("ca", "rotate", "--finish");
        assertThat(roots()).containsExactly(second);
        assertThat(finished.out()).doesNotContain("Previous", Pin.of(first).toString());
        refused(ExitCode.REFUSED, "nothing to finish", "ca", "rotate", "--finish");
    }

    @Test
    void rootThatWasMadeElsewhereIsTakenAndIsTheNextOneToo() throws IOException {
        Path elsewhere = home.resolve("elsewhere");
        ok("ca", "init", "prod", "--dir", elsewhere.toString());
        Path key = PrivateCopy.of(elsewhere.resolve("authority.pem"), home.resolve("root-key.pem"), "rw-------");
        Path certificate = Files.writeString(
                home.resolve("root.pem"),
                ok("ca", "show", "--roots", "--dir", elsewhere.toString()).out());
        String[] root = {"--certificate", certificate.toString(), "--key", key.toString()};

        refused(ExitCode.USAGE, "is of another cluster", command("ca import test", root));
        ok(command("ca import prod", root));
        assertThat(Certificates.write(roots())).isEqualTo(Files.readString(certificate));
        refused(ExitCode.REFUSED, "there is an authority in " + authority, command("ca import prod", root));
        refused(ExitCode.REFUSED, "has the key of the one that there is", command("ca rotate", root));

        Path other = home.resolve("other");
        ok("ca", "init", "prod", "--dir", other.toString());
        ok(command("ca rotate --dir " + other, root));
        assertThat(Certificates.read(
                        ok("ca", "show", "--roots", "--dir", other.toString()).out(), "x"))
                .hasSize(2)
                .startsWith(roots().get(0));

        PrivateCopy.of(key, home.resolve("open.pem"), "rw-r--r--");
        refused(
                ExitCode.USAGE,
                "chmod 600 " + home.resolve("open.pem"),
                "ca",
                "import",
                "prod",
                "--dir",
                home.resolve("third").toString(),
                "--certificate",
                certificate.toString(),
                "--key",
                home.resolve("open.pem").toString());
        assertThat(home.resolve("third")).doesNotExist();
    }

    @Test
    void whatCannotBeSignedIsSaid() throws IOException {
        ok("ca", "init", "prod");
        String request = request("pki");
        String file = home.resolve("pki/request.pem").toString();
        refused(ExitCode.USAGE, "--role is missing", "ca", "sign", file, "--name", "x");
        refused(ExitCode.USAGE, "--name is missing", "ca", "sign", file, "--role", "agent");
        refused(
                ExitCode.USAGE,
                "one of scheduler, agent, gateway, operator is wanted",
                "ca",
                "sign",
                file,
                "--role",
                "root",
                "--name",
                "x");
        refused(
                ExitCode.USAGE,
                "lower-case DNS name is wanted",
                "ca",
                "sign",
                file,
                "--role",
                "agent",
                "--name",
                "../x");
        refused(
                ExitCode.USAGE,
                "good for some time",
                "ca",
                "sign",
                file,
                "--role",
                "agent",
                "--name",
                "x",
                "--days",
                "0");
        refused(ExitCode.USAGE, "not a DNS name", "ca", "sign", file, "--role", "agent", "--name", "x", "--dns", "*.x");
        refused(ExitCode.USAGE, "there is no such file", "ca", "sign", file + "x", "--role", "agent", "--name", "x");
        refused(
                ExitCode.USAGE,
                "has a private key",
                "ca",
                "sign",
                home.resolve("pki/key.pem").toString(),
                "--role",
                "agent",
                "--name",
                "x");
        refused(ExitCode.USAGE, "cannot be read: ", "ca", "sign", home.toString(), "--role", "agent", "--name", "x");
        assertThat(cli.typing("")
                        .run("ca", "sign", "-", "--role", "agent", "--name", "x")
                        .err())
                .contains("standard input has no request");
        assertThat(cli.typing(request.replace("\n", "\n*"))
                        .run("ca", "sign", "-", "--role", "agent", "--name", "x")
                        .err())
                .contains("standard input has");
    }

    @Test
    void whatCannotBeMadeOrShownIsSaid() throws IOException {
        refused(ExitCode.REFUSED, "no authority in " + authority, "ca", "show");
        refused(ExitCode.REFUSED, "no authority in " + authority, "ca", "rotate");
        refused(ExitCode.USAGE, "'Prod' is no name of a cluster", "ca", "init", "Prod");
        refused(ExitCode.USAGE, "CLUSTER is missing", "ca", "init");
        refused(ExitCode.USAGE, "--certificate and --key are missing", "ca", "import", "prod");
        refused(ExitCode.USAGE, "both are wanted", "ca", "import", "prod", "--key", "x");
        refused(
                ExitCode.USAGE,
                "/nonexistent cannot be read: there is no such file",
                "ca",
                "import",
                "prod",
                "--key",
                "/nonexistent",
                "--certificate",
                "x");
        refused(ExitCode.USAGE, "--out is missing", "ca", "request");
        refused(ExitCode.USAGE, "begin one", "ca", "rotate", "--finish", "--key", "x", "--certificate", "x");
        Path file = Files.writeString(home.resolve("file"), "");
        refused(ExitCode.FAILED, "it is no directory", "ca", "init", "prod", "--dir", file.toString());
        refused(
                ExitCode.FAILED,
                file.toString(),
                "ca",
                "init",
                "prod",
                "--dir",
                file.resolve("ca").toString());
        assertThat(authority).doesNotExist();

        ok("ca", "init", "prod");
        refused(ExitCode.REFUSED, "already, and nothing was changed", "ca", "init", "prod");
        Files.setPosixFilePermissions(authority, PosixFilePermissions.fromString("rwxr-xr-x"));
        refused(ExitCode.USAGE, "chmod 700 " + authority, "ca", "show");
    }

    @Test
    void verbsAreListedAndWantOneWordMore() {
        assertThat(ok("ca").out()).contains("ca init", "ca import", "ca show", "ca request", "ca sign", "ca rotate");
        assertThat(ok("ca", "sign", "--help").out()).contains("--role", "scheduler|agent|gateway|operator");
        refused(ExitCode.USAGE, "persys ca sing is unknown", "ca", "sing");
    }

    private static final class PrivateCopy {
        static Path of(Path from, Path to, String permissions) throws IOException {
            String text = Files.readString(from);
            String key = text.contains("-----BEGIN CERTIFICATE")
                    ? text.substring(0, text.indexOf("-----BEGIN CERTIFICATE"))
                    : text;
            Files.writeString(to, key);
            return Files.setPosixFilePermissions(to, PosixFilePermissions.fromString(permissions));
        }
    }

    private String request(String directory) throws IOException {
        Path pki = home.resolve(directory);
        ok("ca", "request", "--out", pki.toString());
        return Files.readString(pki.resolve("request.pem"));
    }

    private List<X509Certificate> roots() {
        return Certificates.read(ok("ca", "show", "--roots").out(), "x");
    }

    private static String[] command(String words, String... more) {
        List<String> all = new ArrayList<>(List.of(words.split(" ", -1)));
        all.addAll(List.of(more));
        return all.toArray(new String[0]);
    }

    private Result ok(String... words) {
        Result result = cli.run(words);
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.OK);
        return result;
    }

    private void refused(ExitCode code, String message, String... words) {
        Result result = cli.run(words);
        assertThat(result.err()).startsWith("persys: ").contains(message);
        assertThat(result.code()).as(result.err()).isEqualTo(code);
        assertThat(result.out()).isEmpty();
    }
}
