/** How nodes and documents stand, told to other programs: CSDS, and files beside documents. */
@NullMarked
package io.postern.xds.server.status;

import org.jspecify.annotations.NullMarked;
