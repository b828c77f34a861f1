/** A gateway in the same process: the same words, without a network. */
@NullMarked
package io.postern.xds.server.local;

import org.jspecify.annotations.NullMarked;
