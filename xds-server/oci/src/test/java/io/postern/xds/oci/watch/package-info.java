/** Tests. */
@NullMarked
package io.postern.xds.oci.watch;

import org.jspecify.annotations.NullMarked;
