package io.postern.core.rollout;

import java.util.SortedMap;

/**
 * What one version did so far, over all workers.
 *
 * @param exchanges that met it
 * @param failures traps, time-outs, and streams that it was not there for
 * @param answered exchanges that it answered itself
 * @param statuses exchanges that ended, by the first digit of their status; 0: without one
 * @param nanos time in the filter by exchange: counts by the lowest value of their bin
 * @param fuel instructions by exchange, the same way; empty where they are not counted
 */
public record VersionReading(
        String version,
        long exchanges,
        long failures,
        long answered,
        long[] statuses,
        SortedMap<Long, Long> nanos,
        SortedMap<Long, Long> fuel) {}
