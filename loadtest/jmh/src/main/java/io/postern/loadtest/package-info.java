/** Benchmarks of single operations; run by {@code loadtest/boundary}. */
@org.jspecify.annotations.NullMarked
package io.postern.loadtest;
