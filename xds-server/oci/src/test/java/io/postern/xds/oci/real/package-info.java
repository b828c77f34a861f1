/** Tests with the programs that others use: registries, oras, cosign. */
@NullMarked
package io.postern.xds.oci.real;

import org.jspecify.annotations.NullMarked;
