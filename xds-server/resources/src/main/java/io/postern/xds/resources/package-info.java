/**
 * Documents in Kubernetes form to Envoy resources for groups of nodes, and a status for each
 * document.
 *
 * <p>Control threads only; what leaves this package is immutable.
 */
@NullMarked
package io.postern.xds.resources;

import org.jspecify.annotations.NullMarked;
