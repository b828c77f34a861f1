/** Worker loops, the snapshot in use, clock and shutdown. */
@NullMarked
package io.postern.core.runtime;

import org.jspecify.annotations.NullMarked;
