package io.postern.config.snapshot;

import java.time.Instant;

/**
 * A version of a resource that was refused.
 *
 * @param details one line per error
 */
public record Rejection(String version, Instant time, String details) {}
