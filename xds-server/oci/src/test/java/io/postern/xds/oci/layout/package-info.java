/** Tests. */
@NullMarked
package io.postern.xds.oci.layout;

import org.jspecify.annotations.NullMarked;
