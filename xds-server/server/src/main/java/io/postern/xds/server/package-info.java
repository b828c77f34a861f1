/** The management server, put together. */
@NullMarked
package io.postern.xds.server;

import org.jspecify.annotations.NullMarked;
