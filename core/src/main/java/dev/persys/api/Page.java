package dev.persys.api;

import java.util.List;
import java.util.Optional;

/**
 * Part of a list.
 *
 * @param next what to ask the next page with; absent on the last
 */
public record Page<T>(List<T> items, Optional<String> next) {
    public Page {
        items = List.copyOf(items);
    }
}
