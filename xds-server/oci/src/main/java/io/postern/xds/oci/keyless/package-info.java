/** Keyless signatures; the only package that knows sigstore-java. */
@NullMarked
package io.postern.xds.oci.keyless;

import org.jspecify.annotations.NullMarked;
