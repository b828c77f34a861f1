/**
 * What can be configured: immutable records, free of protobuf and of Netty. {@code config.envoy} is
 * the only maker of these; the request path reads nothing else.
 *
 * <p>Thread-safe: immutable. Durations are {@link java.time.Duration}, zero meaning "switched off"
 * where Envoy's field says so. Text that goes onto the wire is kept as UTF-8 octets.
 */
@NullMarked
package io.postern.config.model;

import org.jspecify.annotations.NullMarked;
