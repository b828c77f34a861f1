/** Simulated nodes: started by hand, and a few of them by a test. */
@NullMarked
package io.postern.xds.server.load;

import org.jspecify.annotations.NullMarked;
