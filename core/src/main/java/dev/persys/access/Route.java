package dev.persys.access;

import java.util.List;

/**
 * One method of one path of the API.
 *
 * @param method of HTTP, in capitals
 * @param template the path, with a variable segment in braces
 * @param least the role without which it is not called
 */
public record Route(String method, String template, Role least) {
    /** The parts of the template. */
    List<String> segments() {
        return List.of(template.substring(1).split("/", -1));
    }

    /** For people: method and path. */
    @Override
    public String toString() {
        return method + " " + template;
    }
}
