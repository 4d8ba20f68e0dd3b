package dev.persys.model;

import java.util.Optional;

/**
 * What a client gives a request so that it can send it again. It is the client's own: the same key of somebody else is
 * another one.
 *
 * @param caller who sent the request, by the name that no other caller has; absent in records of before that was kept
 */
public record IdempotencyKey(Optional<String> caller, String key) {
    public IdempotencyKey {
        Present.value(caller, "caller");
        Present.value(key, "key");
    }

    public static IdempotencyKey of(String caller, String key) {
        return new IdempotencyKey(Optional.of(caller), key);
    }

    /** The key as records of before have it: nobody knows any more whose it was. */
    public IdempotencyKey ofNobody() {
        return new IdempotencyKey(Optional.empty(), key);
    }
}
