/** Filters whose code is fetched through a cluster before they run, and kept by its digest. */
@NullMarked
package io.postern.filters.wasm.remote;

import org.jspecify.annotations.NullMarked;
