package dev.persys.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.FileProblem;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.trust.tls.CredentialsPaths;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds the scheduler: {@code --address}, else {@code PERSYS_ADDRESS}, else the gateway where one is signed in ({@link
 * SessionFile}), else the development cluster of {@code PERSYS_HOME}, else the scheduler that was started last with that
 * home. The token is {@code --token-file}'s, else {@code PERSYS_TOKEN}, else that of the session there, else that of the
 * scheduler, which goes nowhere else; and so it is with the certificate, whose files are those of {@link CertificateFiles} or
 * those that a scheduler of this home has made.
 */
public final class AddressBook {
    /** What may stand behind "Bearer" (RFC 6750, section 2.1). */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    private AddressBook() {}

    /**
     * Where to ask.
     *
     * @throws Failure where nothing says where the scheduler is, or what says so cannot be read
     */
    public static Address find(
            Context context, Optional<String> address, Optional<Path> tokenFile, CertificateFiles files) {
        Optional<String> given = address.or(() -> context.variable("PERSYS_ADDRESS"));
        Optional<String> token = tokenFile
                .map(AddressBook::secret)
                .or(() -> context.variable("PERSYS_TOKEN").map(text -> printable(text, "the variable PERSYS_TOKEN")));
        Optional<CredentialsPaths> shown = files.find(context);
        if (given.isPresent()) {
            URI base = given(given.get(), context);
            Optional<Address> known = ofThisHome(base, context);
            return Address.of(
                            base,
                            () -> token.or(() -> SessionFile.of(context).accessToken(base))
                                    .or(() -> known.flatMap(Address::token)))
                    .with(shown.or(() -> known.flatMap(Address::credentials)))
                    .believing(files.believed(context));
        }
        Optional<URI> gateway = SessionFile.of(context).gateway();
        if (gateway.isPresent()) {
            URI base = gateway.get();
            return Address.of(base, () -> token.or(() -> SessionFile.of(context).accessToken(base)))
                    .with(shown)
                    .believing(files.believed(context));
        }
        Path dev = context.home().resolve("dev");
        Address known = developmentCluster(dev)
                .or(() -> scheduler(context.home().resolve("scheduler")))
                .orElseThrow(() -> unknown(dev));
        return new Address(known.base(), token.or(known::token), known.ofDevelopmentCluster())
                .with(shown.or(known::credentials))
                .believing(files.believed(context));
    }

    /** A gateway, asked by who is not known yet: nothing is shown to it. */
    public static Address unnamed(Context context, URI gateway) {
        return new Address(gateway, Optional.empty(), false).believing(CertificateFiles.NONE.believed(context));
    }

    /**
     * The gateway to sign in at: {@code --address}, else {@code PERSYS_ADDRESS}, else where one has signed in before.
     *
     * Without a scheme it is asked by TLS, unless it is on this machine.
     *
     * @throws Failure where nothing says where it is, or a password would go there in plain text
     */
    public static Address toSignIn(Context context, Optional<String> address) {
        return address.or(() -> context.variable("PERSYS_ADDRESS"))
                .map(text -> isWithScheme(text) || isOnThisMachine(uri(text)) ? uri(text) : uri("https://" + text))
                .or(() -> SessionFile.of(context).gateway())
                .map(AddressBook::requireTls)
                .map(gateway -> unnamed(context, gateway))
                .orElseThrow(() -> new Failure(
                        ExitCode.USAGE,
                        "no gateway is known to sign in at",
                        "--address or PERSYS_ADDRESS names one, such as https://persys.example.org:8443."));
    }

    private static URI requireTls(URI gateway) {
        if (gateway.getScheme().equals("http") && !isOnThisMachine(gateway)) {
            throw new Failure(
                    ExitCode.USAGE,
                    "the address " + gateway + " is without TLS: whoever is on the way there could read the password"
                            + " and what signing in brings",
                    "Sign in at https://" + gateway.getRawAuthority() + ", or on the gateway's own machine.");
        }
        return gateway;
    }

    /** Without a scheme, it is TLS where this home's files or the session say so, and plain elsewhere. */
    private static URI given(String text, Context context) {
        URI base = uri(text);
        if (!isWithScheme(text)) {
            URI secure = uri("https://" + text);
            boolean isSecure = ofThisHome(secure, context).isPresent()
                    || SessionFile.of(context).gateway().filter(secure::equals).isPresent();
            return isSecure ? secure : base;
        }
        return base;
    }

    private static boolean isWithScheme(String text) {
        return text.contains("://");
    }

    /** What this home's files have for {@code base}; nothing where they are damaged, since others were asked for. */
    private static Optional<Address> ofThisHome(URI base, Context context) {
        try {
            Path home = context.home();
            return developmentCluster(home.resolve("dev"))
                    .filter(known -> isSame(known.base(), base))
                    .or(() -> scheduler(home.resolve("scheduler")).filter(known -> isSame(known.base(), base)));
        } catch (Failure e) {
            return Optional.empty();
        }
    }

    /** {@code localhost} is where 127.0.0.1 is. */
    private static boolean isSame(URI one, URI other) {
        return one.equals(other)
                || (one.getScheme().equals(other.getScheme())
                        && one.getPort() == other.getPort()
                        && isLoopback(one)
                        && isLoopback(other));
    }

    private static boolean isLoopback(URI uri) {
        return uri.getHost().equals("127.0.0.1") || uri.getHost().equalsIgnoreCase("localhost");
    }

    private static boolean isOnThisMachine(URI uri) {
        return isLoopback(uri) || uri.getHost().equals("[::1]");
    }

    /**
     * The development cluster, whatever options and environment say.
     *
     * @throws Failure where it was never started
     */
    public static Address developmentCluster(Context context) {
        Path directory = context.home().resolve("dev");
        return developmentCluster(directory).orElseThrow(() -> unknown(directory));
    }

    private static Failure unknown(Path directory) {
        return new Failure(
                ExitCode.UNREACHABLE,
                "no cluster is known: there is no " + directory.resolve("endpoints.json"),
                "persys dev start makes one here; --address or PERSYS_ADDRESS names one elsewhere.");
    }

    private static Optional<Address> developmentCluster(Path directory) {
        Optional<JsonNode> endpoints = endpoints(directory, "persys dev stop and persys dev start write it anew.");
        return endpoints.flatMap(AddressBook::api).map(base -> {
            Optional<CredentialsPaths> files = CertificateFiles.of(endpoints.get());
            // One that an older version has started asks for a token.
            Optional<String> token = files.isPresent() ? Optional.empty() : tokenOf(directory.resolve("token"));
            return new Address(base, token, true).with(files);
        });
    }

    /** The scheduler that was started last with this home, by the file that it leaves there. */
    private static Optional<Address> scheduler(Path directory) {
        Optional<JsonNode> endpoints = endpoints(directory, "The scheduler writes it anew when it is started.");
        return endpoints.flatMap(AddressBook::api).map(base -> {
            String file = endpoints.get().path("tokenFile").asText("");
            return new Address(base, file.isEmpty() ? Optional.empty() : tokenOf(Path.of(file)), false)
                    .with(CertificateFiles.of(endpoints.get()));
        });
    }

    private static Optional<URI> api(JsonNode endpoints) {
        return Optional.of(endpoints.path("api").asText(""))
                .filter(text -> !text.isEmpty())
                .map(AddressBook::uri);
    }

    private static Optional<JsonNode> endpoints(Path directory, String remedy) {
        Path file = directory.resolve("endpoints.json");
        try {
            return Optional.of(JsonText.read(Files.readString(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new Failure(ExitCode.FAILED, file + " cannot be read: " + FileProblem.of(e), remedy);
        }
    }

    private static Optional<String> tokenOf(Path file) {
        return Files.isReadable(file) ? Optional.of(secret(file)) : Optional.empty();
    }

    private static String secret(Path file) {
        try {
            String secret = Files.readString(file).trim();
            if (secret.lines().count() > 1) {
                throw new Failure(
                        ExitCode.USAGE, "the token file " + file + " holds several lines, where a token is one");
            }
            if (secret.isEmpty()) {
                throw new Failure(ExitCode.USAGE, "the token file " + file + " is empty");
            }
            return printable(secret, "the token file " + file);
        } catch (NoSuchFileException e) {
            throw new Failure(ExitCode.USAGE, "there is no token file " + file);
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.UNAUTHORIZED, "the token file " + file + " cannot be read: " + FileProblem.of(e));
        }
    }

    /** A token goes into a header as it is. What it is, is never said. */
    private static String printable(String token, String origin) {
        if (!TOKEN.matcher(token).matches()) {
            throw new Failure(
                    ExitCode.USAGE,
                    origin + " holds no token: one is of letters, digits and -._~+/ alone, with = at its end at most",
                    "The token is what the scheduler's token file holds, without blanks, quotes or a word before it.");
        }
        return token;
    }

    private static URI uri(String text) {
        String full = isWithScheme(text) ? text : "http://" + text;
        try {
            URI uri = new URI(full.endsWith("/") ? full.substring(0, full.length() - 1) : full);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (uri.getRawUserInfo() != null) {
                throw new Failure(
                        ExitCode.USAGE,
                        "an address holds no user and no password",
                        "A token is given with --token-file or PERSYS_TOKEN.");
            }
            if (http && uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Told below: a host that does not parse is no better than none.
        }
        throw new Failure(ExitCode.USAGE, "'" + text + "' is no address", "One looks like http://127.0.0.1:8085.");
    }
}
