package dev.persys.trust.tls;

import dev.persys.trust.Credentials;
import dev.persys.trust.SpiffeId;
import dev.persys.trust.TrustException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * One connection after the other, both sides of which show certificates of the cluster. Each is made of the credentials of
 * its moment, and none takes up the session of another, so that no certificate counts for longer than it is good.
 */
public final class MutualTls {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    static {
        // Under TLS 1.2 a client might begin again and again. Nothing of a platform's engine turns that off but this.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    private final Supplier<Credentials> credentials;
    private final SpiffeId identity;
    private final boolean open;

    /** @param credentials those of now, whenever a connection begins; always of one identity */
    public MutualTls(Supplier<Credentials> credentials) {
        this(credentials, credentials.get().identity(), false);
    }

    private MutualTls(Supplier<Credentials> credentials, SpiffeId identity, boolean open) {
        this.credentials = credentials;
        this.identity = identity;
        this.open = open;
    }

    /** The same, where clients without a certificate get through too; one that is shown has to be of the cluster. */
    public MutualTls open() {
        return new MutualTls(credentials, identity, true);
    }

    /**
     * From files, which may change.
     *
     * @param mine whose they have to be
     * @throws TrustException where they cannot be used, or are somebody else's
     */
    public static MutualTls of(CredentialsPaths paths, Peers mine) {
        MutualTls tls = new MutualTls(CredentialsFiles.open(paths));
        if (!mine.are().test(tls.identity())) {
            throw new TrustException("the certificate in " + paths.certificate() + " is that of " + tls.identity()
                    + ", and " + mine.words() + " is wanted here: have one signed for that");
        }
        return tls;
    }

    /** Whose connections these are. */
    public SpiffeId identity() {
        return identity;
    }

    /** What the next connection shows: its own certificate first, the root last where it is shown. */
    public List<X509Certificate> chain() {
        return credentials.get().chain();
    }

    /** For a connection that was accepted: whoever has a certificate of the cluster gets through, and see {@link #open}. */
    public SSLEngine server() {
        SSLEngine engine = context(Peers.ANYBODY).createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = parameters(engine.getSupportedCipherSuites());
        if (open) {
            parameters.setWantClientAuth(true);
        } else {
            parameters.setNeedClientAuth(true);
        }
        parameters.setUseCipherSuitesOrder(true);
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** For a connection to one of these. */
    public SSLEngine client(Peers peers) {
        SSLEngine engine = context(peers).createSSLEngine();
        engine.setUseClientMode(true);
        engine.setSSLParameters(parameters(engine.getSupportedCipherSuites()));
        return engine;
    }

    /**
     * Protocols and cipher suites: what nobody who records a connection can read later, even with a key in hand. Ciphers of
     * 128 bits come first: they are as strong as the keys of certificates are, and a command has less to do with them.
     *
     * @param supported suites
     */
    public static SSLParameters parameters(String[] supported) {
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(PROTOCOLS);
        parameters.setCipherSuites(Arrays.stream(supported)
                .filter(MutualTls::isStrong)
                .sorted(Comparator.comparing(suite -> !suite.contains("_AES_128_")))
                .toArray(String[]::new));
        return parameters;
    }

    private static boolean isStrong(String suite) {
        boolean ofTls13 = suite.startsWith("TLS_AES_") || suite.startsWith("TLS_CHACHA20_");
        boolean authenticated = suite.contains("_GCM_") || suite.contains("_CHACHA20_");
        boolean known = suite.startsWith("TLS_ECDHE_ECDSA_") || suite.startsWith("TLS_ECDHE_RSA_");
        return ofTls13 ? !suite.contains("_CCM_") : known && authenticated;
    }

    /** For connections to, or of, some of these, to who has sockets; those want the {@link #parameters} too. */
    public SSLContext context(Peers peers) {
        Credentials now = credentials.get();
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    new KeyManager[] {new OwnKey(now.key(), now.chain())}, new PeerCheck(now, peers).alone(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS", e);
        }
    }
}
