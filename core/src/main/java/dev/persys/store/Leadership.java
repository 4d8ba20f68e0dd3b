package dev.persys.store;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;

/**
 * The outcome of a claim.
 *
 * @param epoch what every commit of this leader carries
 * @param clusterId made by the first claim on an empty store, and kept from then on
 */
public record Leadership(Epoch epoch, ClusterId clusterId) {}
