package dev.persys.store;

/**
 * Why a store takes no writes at present.
 *
 * @param detail for people: names the store, says what is wrong with it and what to do
 */
public record StoreTrouble(Kind kind, String detail) {
    /** What a program may tell apart. */
    public enum Kind {
        /** There is no room on its disk, or its quota is used up. It takes writes again once there is room. */
        FULL,
        /** Its disk cannot be written. A human has to look. */
        FAILED
    }
}
