/** Clusters on one worker: hosts, balancing, connection pools. Hands out upstream streams. */
@NullMarked
package io.postern.core.upstream;

import org.jspecify.annotations.NullMarked;
