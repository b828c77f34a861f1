/** Postern's own protection of clusters, on Resilience4j: breakers, bulkheads, adaptive limits. */
@NullMarked
package io.postern.core.upstream.resilience;

import org.jspecify.annotations.NullMarked;
