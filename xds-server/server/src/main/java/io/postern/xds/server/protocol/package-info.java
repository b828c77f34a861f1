/**
 * What is said on one stream: state machines without a network, a clock or a thread of their own.
 *
 * <p>Everything here is confined to the stream's lane.
 */
@NullMarked
package io.postern.xds.server.protocol;

import org.jspecify.annotations.NullMarked;
