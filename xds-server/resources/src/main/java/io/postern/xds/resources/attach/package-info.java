/**
 * What Gateway API decides before there is any Envoy: which listeners are good, which routes attach
 * to them, which references are allowed, and the statuses that say so.
 *
 * <p>Confined to the thread of one translation.
 */
@NullMarked
package io.postern.xds.resources.attach;

import org.jspecify.annotations.NullMarked;
