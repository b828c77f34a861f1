/** Tests. */
@NullMarked
package io.postern.xds.oci.store;

import org.jspecify.annotations.NullMarked;
