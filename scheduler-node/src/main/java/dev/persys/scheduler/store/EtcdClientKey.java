package dev.persys.scheduler.store;

import dev.persys.api.FileProblem;
import dev.persys.trust.Certificates;
import dev.persys.trust.Keys;
import dev.persys.trust.PrivateFiles;
import dev.persys.trust.TrustException;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this process shows etcd: the certificate and key that the files have when a connection begins, so that new ones need
 * no restart. Files that cannot be used change nothing, and are told of once. An alias names what was read at one time, so that
 * a connection has the certificate and the key of one pair. From any thread.
 */
final class EtcdClientKey extends X509ExtendedKeyManager {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdClientKey.class);
    private static final String ALIAS = "client-";

    private final EtcdSettings.ClientCertificate files;
    private List<Stamp> known;
    private Pair pair;
    private Pair before;

    private record Pair(String alias, PrivateKey key, List<X509Certificate> chain) {}

    /** What of a file shows that it is another one. */
    private record Stamp(FileTime modified, long size, String file) {}

    /** @throws TrustException where they cannot be used, by a sentence that names the file */
    EtcdClientKey(EtcdSettings.ClientCertificate files) {
        this.files = files;
        this.known = stamps();
        this.pair = read(ALIAS + 1);
        this.before = pair;
    }

    private synchronized Pair newest() {
        List<Stamp> found = stamps();
        if (!found.equals(known)) {
            known = found;
            try {
                Pair next = read(ALIAS + (1 + Long.parseLong(pair.alias().substring(ALIAS.length()))));
                before = pair;
                pair = next;
                LOG.info("etcd is shown the new certificate in {} from now on", files.certificate());
            } catch (TrustException e) {
                LOG.warn("etcd is shown the certificate that it was shown before: {}", e.getMessage());
            }
        }
        return pair;
    }

    /** What {@code alias} was said of a moment ago. */
    private synchronized Pair pair(String alias) {
        return before.alias().equals(alias) ? before : pair;
    }

    private Pair read(String alias) {
        Path certificate = files.certificate();
        List<X509Certificate> chain = Certificates.read(text(certificate, PrivateFiles::read), certificate.toString());
        PrivateKey key = Keys.read(
                text(files.key(), PrivateFiles::readPrivate), files.key().toString());
        if (!Keys.fit(key, chain.get(0).getPublicKey())) {
            throw new TrustException("the key in " + files.key() + " is not that of the certificate in " + certificate
                    + ": bring the two that were made together");
        }
        return new Pair(alias, key, chain);
    }

    @FunctionalInterface
    private interface Reading {
        String read(Path file) throws IOException;
    }

    private static String text(Path file, Reading reading) {
        try {
            return reading.read(file);
        } catch (IOException e) {
            throw new TrustException(file + " cannot be read: " + FileProblem.of(e), e);
        }
    }

    private List<Stamp> stamps() {
        return List.of(stamp(files.certificate()), stamp(files.key()));
    }

    private static Stamp stamp(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
        } catch (IOException e) {
            return new Stamp(FileTime.fromMillis(0), -1, "");
        }
    }

    private String alias(String... keyTypes) {
        Pair shown = newest();
        return Arrays.asList(keyTypes).contains(shown.key().getAlgorithm()) ? shown.alias() : null;
    }

    @Override
    public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        return alias(keyTypes);
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return alias(keyTypes);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        String alias = alias(keyType);
        return alias == null ? null : new String[] {alias};
    }

    /** Nobody connects to this. */
    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return null;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return pair(alias).chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return pair(alias).key();
    }
}
