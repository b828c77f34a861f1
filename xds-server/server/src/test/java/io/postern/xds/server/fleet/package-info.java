@NullMarked
package io.postern.xds.server.fleet;

import org.jspecify.annotations.NullMarked;
