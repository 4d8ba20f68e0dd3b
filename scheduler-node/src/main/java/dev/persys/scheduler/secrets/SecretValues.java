package dev.persys.scheduler.secrets;

import dev.persys.api.KeptSecret;
import dev.persys.api.RunOrder;
import dev.persys.model.DocumentId;
import dev.persys.model.DocumentKind;
import dev.persys.model.NodeFacts;
import dev.persys.protocol.Documents;
import dev.persys.secrets.Opened;
import dev.persys.secrets.SealingKeys;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Opens the secrets that an order names, at the moment at which it is sent: what is opened is in no record, and nowhere else
 * in this process for longer than the call takes. Thread-safe.
 */
public final class SecretValues {
    /** Agents take orders of 1 MiB, and one that is refused speaks against its node. */
    private static final long MAX_TOGETHER = 256 * 1024;

    private final Documents documents;
    private final Optional<SealingKeys> keys;
    private final boolean mutualTls;

    /**
     * Of these documents.
     *
     * @param keys absent in a process that opens none
     * @param mutualTls whether agents show who they are, and nobody between can read what they are sent
     */
    public SecretValues(Documents documents, Optional<SealingKeys> keys, boolean mutualTls) {
        this.documents = documents;
        this.keys = keys;
        this.mutualTls = mutualTls;
    }

    /** What became of an order. */
    public sealed interface Filled {
        /** It can be sent. */
        record Ready(RunOrder order) implements Filled {}

        /** It cannot, for a reason that a person can mend; says nothing of any value. */
        record Missing(String why) implements Filled {}
    }

    /** The versions of those of these secrets that there are. */
    public Map<String, Long> versions(Collection<String> names) {
        Map<String, Long> versions = new TreeMap<>();
        for (String name : names) {
            kept(name).ifPresent(secret -> versions.put(name, secret.version()));
        }
        return versions;
    }

    /** The order with the values of the secrets that it names, for the agent of a node. */
    public Filled fill(RunOrder order, NodeFacts node) {
        Map<String, String> wanted = order.options().secretEnv();
        if (wanted.isEmpty()) {
            return new Filled.Ready(order);
        } else if (!mutualTls && !isHere(node)) {
            return new Filled.Missing("secrets are sent by TLS alone, and node " + node.ipAddress()
                    + " is spoken with in plain text: give scheduler and agent certificates");
        } else if (keys.isEmpty()) {
            return new Filled.Missing("this scheduler has no keys to open secrets with");
        }
        Map<String, String> values = new HashMap<>();
        long together = 0;
        for (Map.Entry<String, String> variable : wanted.entrySet()) {
            String name = variable.getValue();
            Optional<KeptSecret> secret = kept(name);
            if (secret.isEmpty()) {
                return new Filled.Missing("there is no secret " + name + ": persys secret set " + name + " makes it");
            }
            Opened opened = keys.get()
                    .open(DocumentKind.SECRET.word(), name, secret.get().sealed());
            if (opened instanceof Opened.Closed closed) {
                return new Filled.Missing(closed.why());
            }
            String value = new String(((Opened.Value) opened).bytes(), StandardCharsets.UTF_8);
            together += inJson(value);
            if (together > MAX_TOGETHER) {
                return new Filled.Missing("its secrets are more than " + MAX_TOGETHER / 1024
                        + " KiB together, which no order carries: name fewer, or smaller ones");
            }
            values.put(variable.getKey(), value);
        }
        return new Filled.Ready(order.withSecrets(values));
    }

    /** How long it is in an order, at most: what JSON escapes takes six characters, and no other character more than that. */
    private static long inJson(String value) {
        return value.chars()
                .mapToLong(c -> c < ' ' ? 6 : c == '"' || c == '\\' ? 2 : c < 0x80 ? 1 : 3)
                .sum();
    }

    private Optional<KeptSecret> kept(String name) {
        return documents.find(new DocumentId(DocumentKind.SECRET, name)).flatMap(KeptSecret::of);
    }

    /** Whether what is sent there stays on this machine. */
    private static boolean isHere(NodeFacts node) {
        try {
            // It is an address, so that nobody is asked.
            return InetAddress.getByName(node.ipAddress()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
