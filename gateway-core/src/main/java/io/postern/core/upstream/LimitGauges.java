package io.postern.core.upstream;

import io.postern.sdk.Metrics.Gauge;
import org.jspecify.annotations.Nullable;

/**
 * What is shown of one threshold.
 *
 * @param open 1 while nothing is left
 * @param remaining what is left; null: not shown (track_remaining)
 */
record LimitGauges(Gauge open, @Nullable Gauge remaining) {}
