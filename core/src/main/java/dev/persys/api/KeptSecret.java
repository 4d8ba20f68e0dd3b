package dev.persys.api;

import dev.persys.model.Document;
import dev.persys.model.Present;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;

/**
 * The JSON of a secret as it is stored: everything but its name.
 *
 * @param version of the value: one more with each that is set, and never one that a container may have been given before
 * @param sealed the value, as {@link dev.persys.secrets.SealingKeys} sealed it for the kind and name of its document
 * @param createdAt a label, as is {@code updatedAt}
 */
public record KeptSecret(long version, String sealed, Instant createdAt, Instant updatedAt) {
    public KeptSecret {
        Present.value(sealed, "sealed");
        Present.value(createdAt, "createdAt");
        Present.value(updatedAt, "updatedAt");
        if (version < 1) {
            throw new IllegalArgumentException("versions begin with 1: " + version);
        }
    }

    /** Empty where it cannot be read: it is as if there were none. */
    public static Optional<KeptSecret> of(Document document) {
        try {
            return Optional.of(Json.read(document.text(), KeptSecret.class));
        } catch (UncheckedIOException e) {
            return Optional.empty();
        }
    }

    public String write() {
        return Json.write(this);
    }

    /** The same value, sealed anew. */
    public KeptSecret resealed(String text) {
        return new KeptSecret(version, text, createdAt, updatedAt);
    }

    @Override
    public String toString() {
        return "KeptSecret[version " + version + "]";
    }
}
