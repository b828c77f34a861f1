/** Who may ask as which node. */
@NullMarked
package io.postern.xds.server.identity;

import org.jspecify.annotations.NullMarked;
