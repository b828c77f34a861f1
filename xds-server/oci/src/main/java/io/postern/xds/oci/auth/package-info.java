/** Who we are to a registry: docker's configuration, credential helpers, tokens. */
@NullMarked
package io.postern.xds.oci.auth;

import org.jspecify.annotations.NullMarked;
