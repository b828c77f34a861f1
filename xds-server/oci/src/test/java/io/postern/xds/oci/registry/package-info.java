/** The way to registries. */
@NullMarked
package io.postern.xds.oci.registry;

import org.jspecify.annotations.NullMarked;
