/**
 * All nodes that are connected, what each of them may have, and what each of them has.
 *
 * <p>A stream belongs to one lane for life; a lane is one thread. Publications and questions cross
 * over as tasks.
 */
@NullMarked
package io.postern.xds.server.fleet;

import org.jspecify.annotations.NullMarked;
