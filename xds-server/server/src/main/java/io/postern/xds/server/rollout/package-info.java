/**
 * New versions on trial: what gateways report of them, when they are judged, and how far they have
 * come.
 */
@NullMarked
package io.postern.xds.server.rollout;

import org.jspecify.annotations.NullMarked;
