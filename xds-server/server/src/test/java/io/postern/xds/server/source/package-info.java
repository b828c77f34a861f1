@NullMarked
package io.postern.xds.server.source;

import org.jspecify.annotations.NullMarked;
