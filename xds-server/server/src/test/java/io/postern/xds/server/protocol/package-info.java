@NullMarked
package io.postern.xds.server.protocol;

import org.jspecify.annotations.NullMarked;
