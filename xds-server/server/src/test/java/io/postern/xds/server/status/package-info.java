@NullMarked
package io.postern.xds.server.status;

import org.jspecify.annotations.NullMarked;
