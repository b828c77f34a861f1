/** Tests. */
@NullMarked
package io.postern.xds.oci.disk;

import org.jspecify.annotations.NullMarked;
