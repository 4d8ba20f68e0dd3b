package dev.persys.placement;

/**
 * Why a node does not fit.
 *
 * @param detail what was wanted and what there is, in one clause
 */
public record Veto(Filter filter, String detail) {}
