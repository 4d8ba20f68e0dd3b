package dev.persys.model;

/**
 * How far an image's download is; never stored, only shown.
 *
 * @param layers known so far
 * @param layersDone complete on the node
 * @param bytes fetched so far
 * @param totalBytes of the layers whose size is known so far
 */
public record PullProgress(int layers, int layersDone, long bytes, long totalBytes) {
    public PullProgress {
        if (layers < 0 || layersDone < 0 || bytes < 0 || totalBytes < 0) {
            throw new IllegalArgumentException("progress is not negative: " + layersDone + " of " + layers + " layers, "
                    + bytes + " of " + totalBytes + " bytes");
        }
    }
}
