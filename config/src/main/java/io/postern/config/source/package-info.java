/**
 * Text to a tree that knows its places: YAML 1.1 as Envoy reads it, JSON, and what is said about
 * them.
 *
 * <p>Control thread: nothing here is shared while it is being filled. {@code config.message} turns
 * the tree into protobuf messages.
 */
@NullMarked
package io.postern.config.source;

import org.jspecify.annotations.NullMarked;
