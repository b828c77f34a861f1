/** Plugins by their digests: kept on disk, served to nodes over HTTP. */
@NullMarked
package io.postern.xds.server.modules;

import org.jspecify.annotations.NullMarked;
