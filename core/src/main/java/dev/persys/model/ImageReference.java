package dev.persys.model;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an image, by the grammar of the distribution project (distribution/reference): an optional registry
 * host, a path, and an optional tag or digest.
 *
 * @param repository host and path, as written
 * @param tag present only where written
 * @param digest present only where written
 */
public record ImageReference(String repository, Optional<String> tag, Optional<String> digest) {
    /** The registry of a reference that names none. */
    public static final String DEFAULT_REGISTRY = "docker.io";

    /** Longest repository part, in characters. */
    private static final int MAX_REPOSITORY_LENGTH = 255;

    /** Longer than any reference with a repository of that length, a tag and a digest. */
    private static final int MAX_LENGTH = 1024;

    private static final String HOST = "(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
            + "(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?";
    private static final String COMPONENT = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
    private static final Pattern REFERENCE = Pattern.compile("((?:" + HOST + "/)?" + COMPONENT + "(?:/" + COMPONENT
            + ")*)(?::([\\w][\\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}))?");

    /** Empty where {@code text} is no image reference. */
    public static Optional<ImageReference> parse(String text) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        Matcher matcher = REFERENCE.matcher(text);
        if (!matcher.matches() || matcher.group(1).length() > MAX_REPOSITORY_LENGTH) {
            return Optional.empty();
        }
        return Optional.of(new ImageReference(
                matcher.group(1), Optional.ofNullable(matcher.group(2)), Optional.ofNullable(matcher.group(3))));
    }

    /**
     * The registry's host, with its port where one is written; as Docker reads it, what is before the first slash is a
     * host only where it has a dot, a colon or a capital, or is {@code localhost}.
     */
    public String registryHost() {
        int slash = repository.indexOf('/');
        String first = slash < 0 ? "" : repository.substring(0, slash);
        String host = first.toLowerCase(Locale.ROOT);
        boolean isHost = host.contains(".") || host.contains(":") || host.equals("localhost") || !host.equals(first);
        return isHost && !host.equals("index.docker.io") ? host : DEFAULT_REGISTRY;
    }

    /** What to ask a registry for: the reference with {@code latest} where neither tag nor digest is written. */
    public String pullable() {
        String tagged = tag.map(t -> repository + ":" + t).orElse(repository);
        return digest.map(d -> repository + "@" + d).orElse(tag.isPresent() ? tagged : repository + ":latest");
    }
}
