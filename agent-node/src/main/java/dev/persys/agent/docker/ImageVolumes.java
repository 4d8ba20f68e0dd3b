package dev.persys.agent.docker;

import dev.persys.model.WorkloadId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Names of the volumes that an image declares and nobody names. Left to itself Docker makes one anew for each container,
 * under a name of its own; under the workload's name it is found again by the next container. Pure.
 */
final class ImageVolumes {
    /** A file system's limit for a name is 255 bytes, and a workload's id takes 36 of them. */
    private static final int MAX_PATH_LENGTH = 200;

    private ImageVolumes() {}

    /** The paths among {@code declared} that a mount at one of {@code mounted} does not take, as Docker sees it: exactly. */
    static Set<String> uncovered(Collection<String> declared, Collection<String> mounted) {
        Set<String> taken = mounted.stream().map(ImageVolumes::normalized).collect(Collectors.toSet());
        return declared.stream()
                // Docker refuses any other, and its words are clearer than ours would be.
                .filter(path -> path.startsWith("/"))
                .map(ImageVolumes::normalized)
                .filter(path -> !taken.contains(path) && !path.equals("/"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@code <workload id>-<path>}: another one for every path, and a name that Docker takes. */
    static String name(String workloadId, String path) {
        StringBuilder text = new StringBuilder();
        for (byte each : normalized(path).substring(1).getBytes(StandardCharsets.UTF_8)) {
            if (each == '/') {
                text.append('.');
            } else if (isPlain((char) each)) {
                text.append((char) each);
            } else {
                text.append('_').append(HexFormat.of().toHexDigits(each));
            }
        }
        String whole = text.toString();
        return workloadId + "-"
                + (whole.length() <= MAX_PATH_LENGTH
                        ? whole
                        // No two hexadecimal digits follow this underscore, so no path of its own is written so.
                        : whole.substring(0, MAX_PATH_LENGTH / 2) + "_sha-" + sha256(whole));
    }

    private static boolean isPlain(char each) {
        return each == '-'
                || (each >= 'a' && each <= 'z')
                || (each >= 'A' && each <= 'Z')
                || (each >= '0' && each <= '9');
    }

    static boolean isOf(WorkloadId workloadId, String volume) {
        return volume.startsWith(workloadId.value() + "-");
    }

    /** As Docker cleans it: no double or last slash, no {@code .} or {@code ..}. */
    static String normalized(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/", -1)) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
