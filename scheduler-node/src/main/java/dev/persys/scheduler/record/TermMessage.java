package dev.persys.scheduler.record;

/**
 * What a term of leadership may be told. Each room has kinds of its own, so that none has to know who reads them; that a
 * term takes every one of them is held by a test.
 */
public interface TermMessage {}
