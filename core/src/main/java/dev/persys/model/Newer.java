package dev.persys.model;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a newer version of Persys wrote into a record and this one does not know. It is kept as it stands whenever the
 * record is written again, so that an older scheduler that leads for a while loses nothing of it.
 *
 * @param version of the form in which the record was written; zero where that is not newer than our own
 * @param fields by name, as JSON
 */
public record Newer(int version, Map<String, Object> fields) {
    /** In a record that this version wrote. */
    public static final Newer NONE = new Newer(0, Map.of());

    public Newer {
        // A field of a newer version may well be null.
        fields = Collections.unmodifiableMap(new TreeMap<>(Present.value(fields, "fields")));
    }
}
