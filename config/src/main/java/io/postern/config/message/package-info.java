/**
 * Tree to protobuf messages, by descriptors: proto3's JSON mapping as Envoy's parser takes it, the
 * types that an {@code Any} may name, and the constraints that the Envoy API declares.
 *
 * <p>Knows nothing of what the messages mean; {@code config.envoy} does.
 */
@NullMarked
package io.postern.config.message;

import org.jspecify.annotations.NullMarked;
