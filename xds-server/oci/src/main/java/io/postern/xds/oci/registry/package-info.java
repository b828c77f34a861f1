/** The registry's HTTP API (OCI distribution specification 1.1). */
@NullMarked
package io.postern.xds.oci.registry;

import org.jspecify.annotations.NullMarked;
