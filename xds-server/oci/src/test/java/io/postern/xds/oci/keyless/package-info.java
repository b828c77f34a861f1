/** Keyless signatures, made by an authority and logs of this test. */
@NullMarked
package io.postern.xds.oci.keyless;

import org.jspecify.annotations.NullMarked;
