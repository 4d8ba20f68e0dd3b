/**
 * What the tests of this module share: scripted actors, sample records, a plain HTTP client.
 *
 * <p>Belongs here: fixtures. Does not belong here: tests.
 */
package dev.persys.http.testing;
