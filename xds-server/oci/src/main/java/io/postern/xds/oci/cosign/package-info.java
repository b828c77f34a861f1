/** Signatures and attestations as cosign attaches them. */
@NullMarked
package io.postern.xds.oci.cosign;

import org.jspecify.annotations.NullMarked;
