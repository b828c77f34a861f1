/** Active health checks: when a host is probed, what a probe's result means. */
@NullMarked
package io.postern.core.upstream.health;

import org.jspecify.annotations.NullMarked;
