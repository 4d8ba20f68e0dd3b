package dev.persys.store;

/**
 * A stored value and the revision at which it was last written.
 *
 * @param revision greater than zero; grows with every write anywhere in the store
 */
public record Entry(String key, String value, long revision) {}
