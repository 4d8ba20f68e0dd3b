package dev.persys.model;

/**
 * How far an image's download is; never stored, only shown.
 *
 * @param layers known so far
 * @param layersDone complete on the node
 * @param bytes fetched so far
 * @param totalBytes of the layers whose size is known so far
 */
public record PullProgress(int layers, int layersDone, long bytes, long totalBytes) {}
