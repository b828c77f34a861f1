/** Artifacts in a folder: the image layout of the OCI image specification. */
@NullMarked
package io.postern.xds.oci.disk;

import org.jspecify.annotations.NullMarked;
