/**
 * Where a policy comes from: a {@code policy.wasm} or an OPA bundle, and the data document. Control
 * thread only.
 */
@NullMarked
package io.postern.filters.opa.bundle;

import org.jspecify.annotations.NullMarked;
