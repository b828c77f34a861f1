/** Tags that may move, polled. */
@NullMarked
package io.postern.xds.oci.watch;

import org.jspecify.annotations.NullMarked;
