@NullMarked
package io.postern.xds.server.store;

import org.jspecify.annotations.NullMarked;
