package dev.persys.cli.verb;

import dev.persys.api.Parsed;
import dev.persys.api.VolumeText;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Reader.NotAValueException;
import dev.persys.model.VolumeMount;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What Docker's option {@code --mount} says, as the fields of a workload have it.
 *
 * @param isTmpfs whether it is a directory in memory, and no volume
 * @param text an entry of {@code tmpfs} or {@code volumes}
 */
record Mount(boolean isTmpfs, String text) {
    static final String LABEL = "type=bind|volume|tmpfs,source=SRC,target=DST[,readonly]";

    /** Comma-separated keys and values. */
    static final Reader<Mount> READER = Mount::read;

    private static final Map<String, String> SHORT =
            Map.of("src", "source", "dst", "target", "destination", "target", "ro", "readonly");
    private static final List<String> KEYS =
            List.of("type", "source", "target", "readonly", "tmpfs-size", "tmpfs-mode");

    private static Mount read(String text) throws NotAValueException {
        Map<String, String> values = values(text);
        String type = values.getOrDefault("type", "volume");
        String target = values.getOrDefault("target", "");
        if (target.isEmpty()) {
            throw new NotAValueException("target=DIRECTORY is missing, where in the container it is");
        }
        return switch (type) {
            case "tmpfs" -> tmpfs(values, target);
            case "bind", "volume" -> volume(values, type, target);
            default -> throw new NotAValueException("type=" + type + " is none of bind, volume and tmpfs");
        };
    }

    private static Map<String, String> values(String text) throws NotAValueException {
        Map<String, String> values = new LinkedHashMap<>();
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            String written = equals < 0 ? part : part.substring(0, equals);
            String key = SHORT.getOrDefault(written, written);
            if (!KEYS.contains(key)) {
                throw new NotAValueException("'" + written + "' is none of its keys: " + String.join(", ", KEYS));
            } else if (equals < 0 && !key.equals("readonly")) {
                throw new NotAValueException(written + "=... is wanted");
            }
            if (values.put(key, equals < 0 ? "true" : part.substring(equals + 1)) != null) {
                throw new NotAValueException(key + " is there twice");
            }
        }
        return values;
    }

    private static Mount volume(Map<String, String> values, String type, String target) throws NotAValueException {
        refuse(values, "type=" + type, "tmpfs-size", "tmpfs-mode");
        String source = values.getOrDefault("source", "");
        boolean isPath = source.matches("[/.~].*");
        if (source.isEmpty()) {
            throw new NotAValueException(
                    type.equals("bind")
                            ? "source=DIRECTORY is missing, the node's"
                            : "source=NAME is missing: a volume has a name here, by which it is found again");
        } else if (isPath != type.equals("bind")) {
            throw new NotAValueException("the source of type=" + type + " is "
                    + (isPath ? "a volume's name; with a directory it is type=bind" : "a directory of the node"));
        }
        String mode = isReadOnly(values) ? ":ro" : "";
        String whole = (isPath ? Readers.directory(source) : source) + ":" + target + mode;
        if (VolumeText.parse(whole) instanceof Parsed.Invalid<VolumeMount> invalid) {
            throw new NotAValueException("of its source and target wanted is "
                    + invalid.errors().get(0).allowed());
        }
        return new Mount(false, whole);
    }

    private static Mount tmpfs(Map<String, String> values, String target) throws NotAValueException {
        refuse(values, "type=tmpfs", "source");
        List<String> options = new ArrayList<>();
        Optional.ofNullable(values.get("tmpfs-size")).ifPresent(size -> options.add("size=" + size));
        Optional.ofNullable(values.get("tmpfs-mode")).ifPresent(mode -> options.add("mode=" + mode));
        if (isReadOnly(values)) {
            options.add("ro");
        }
        return new Mount(true, options.isEmpty() ? target : target + ":" + String.join(",", options));
    }

    private static void refuse(Map<String, String> values, String where, String... keys) throws NotAValueException {
        for (String key : keys) {
            if (values.containsKey(key)) {
                throw new NotAValueException(key + " has no meaning with " + where);
            }
        }
    }

    private static boolean isReadOnly(Map<String, String> values) throws NotAValueException {
        return switch (values.getOrDefault("readonly", "false")) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw new NotAValueException("readonly is true or false");
        };
    }
}
