package dev.persys.model;

/** A port as Docker published it: where {@code container} can be reached on the node. */
public record PublishedPort(int container, Protocol protocol, int host) {}
