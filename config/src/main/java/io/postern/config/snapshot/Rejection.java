package io.postern.config.snapshot;

import com.google.protobuf.Message;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A version of a resource that was refused.
 *
 * @param details one line per error
 * @param message null: it could not be read
 */
record Rejection(String version, Instant time, String details, @Nullable Message message) {}
