/** Artifacts made of a module, and their way into a registry. */
@NullMarked
package io.postern.xds.oci.push;

import org.jspecify.annotations.NullMarked;
