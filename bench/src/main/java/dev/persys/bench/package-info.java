/** Benchmarks: each figure is set against a baseline that is taken in the same run. */
package dev.persys.bench;
