/** Tests of clusters and pools, on a virtual clock where nothing needs a socket. */
@NullMarked
package io.postern.core.upstream;

import org.jspecify.annotations.NullMarked;
