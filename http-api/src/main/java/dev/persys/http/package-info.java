/**
 * The settings that all HTTP surfaces share.
 *
 * <p>Belongs here: what a process reads once from its configuration. Does not belong here: serving ({@code server}, {@code
 * scheduler}, {@code agent}) and calling ({@code client}).
 */
package dev.persys.http;
