/**
 * Envoy's messages for what {@code attach} has decided.
 *
 * <p>Confined to the thread of one translation.
 */
@NullMarked
package io.postern.xds.resources.envoy;

import org.jspecify.annotations.NullMarked;
