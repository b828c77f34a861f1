@NullMarked
package io.postern.xds.server;

import org.jspecify.annotations.NullMarked;
