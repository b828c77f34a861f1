/** Manifests and indexes, OCI's and Docker's, as values. */
@NullMarked
package io.postern.xds.oci.manifest;

import org.jspecify.annotations.NullMarked;
