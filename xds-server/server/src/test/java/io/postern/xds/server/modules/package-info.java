@NullMarked
package io.postern.xds.server.modules;

import org.jspecify.annotations.NullMarked;
