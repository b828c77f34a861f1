/** Where the module is in an artifact, and how it gets out of a layer. */
@NullMarked
package io.postern.xds.oci.layout;

import org.jspecify.annotations.NullMarked;
