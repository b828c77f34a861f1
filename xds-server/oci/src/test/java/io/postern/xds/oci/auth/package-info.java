/** Tests. */
@NullMarked
package io.postern.xds.oci.auth;

import org.jspecify.annotations.NullMarked;
