/** What was pulled, kept on disk by its content. */
@NullMarked
package io.postern.xds.oci.store;

import org.jspecify.annotations.NullMarked;
