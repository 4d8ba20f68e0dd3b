package dev.persys.api;

import dev.persys.model.VolumeMount;
import java.util.Optional;

/** A volume as Docker writes it: {@code SOURCE:TARGET[:ro|rw]}. */
public final class VolumeText {
    private static final String ALLOWED = "SOURCE:TARGET[:ro] such as /srv/data:/data:ro or name:/data";

    private VolumeText() {}

    /** A volume, or what is wrong with {@code text}. */
    public static Parsed<VolumeMount> parse(String text) {
        FieldErrors errors = new FieldErrors();
        return parse(text, "", errors)
                .<Parsed<VolumeMount>>map(Parsed.Valid::new)
                .orElseGet(errors::invalid);
    }

    /** Notes under {@code at} what is wrong; what a source and a target may be is as in the object. */
    static Optional<VolumeMount> parse(String text, String at, FieldErrors errors) {
        Optional<String> unusable = Fields.unusable(text);
        if (unusable.isPresent()) {
            errors.add(at, unusable.get(), ALLOWED);
            return Optional.empty();
        }
        String[] parts = text.split(":", -1);
        boolean hasMode = parts.length == 3 && (parts[2].equals("ro") || parts[2].equals("rw"));
        if (parts.length != 2 && !hasMode) {
            errors.add(at, FieldErrors.quoted(text), ALLOWED);
            return Optional.empty();
        }
        if (!Rules.VOLUME_SOURCE.holds().test(parts[0])) {
            errors.add(at, FieldErrors.quoted(text), ALLOWED + "; the source is " + Rules.VOLUME_SOURCE.allowed());
            return Optional.empty();
        }
        if (!Rules.VOLUME_TARGET.holds().test(parts[1])) {
            errors.add(at, FieldErrors.quoted(text), ALLOWED + "; the target is " + Rules.VOLUME_TARGET.allowed());
            return Optional.empty();
        }
        return Optional.of(new VolumeMount(parts[0], parts[1], hasMode && parts[2].equals("ro")));
    }
}
