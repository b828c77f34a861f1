/**
 * Listening sockets that one process hands to the next, so that no connection that waits in one of
 * them is lost.
 */
@NullMarked
package io.postern.core.hotrestart;

import org.jspecify.annotations.NullMarked;
