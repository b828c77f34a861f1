/**
 * Stand-ins for the gateway, to drive one filter without a network: a worker with a clock of its
 * own, a stream with one filter, bodies and metrics that can be looked into.
 */
@NullMarked
package io.postern.sdk.testkit;

import org.jspecify.annotations.NullMarked;
