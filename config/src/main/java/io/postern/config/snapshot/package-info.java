/** Puts resources of all sources together to one snapshot that can be served. */
@NullMarked
package io.postern.config.snapshot;

import org.jspecify.annotations.NullMarked;
