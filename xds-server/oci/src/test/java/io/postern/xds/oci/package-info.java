/** Tests of pulling, with a registry in this process that can be told to misbehave. */
@NullMarked
package io.postern.xds.oci;

import org.jspecify.annotations.NullMarked;
