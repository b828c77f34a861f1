/**
 * Envoy's v3 messages to {@code config.model}: one translator per message, with Envoy's defaults
 * filled in. The only package that reads {@code io.envoyproxy.*}.
 *
 * <p>Each translator declares the fields it reads ({@link io.postern.config.envoy.SupportTable}); a
 * set field that nobody declared is an error, so that nothing is ever silently ignored. {@code
 * docs/envoy-compat.md} is made from the same declarations.
 */
@NullMarked
package io.postern.config.envoy;

import org.jspecify.annotations.NullMarked;
