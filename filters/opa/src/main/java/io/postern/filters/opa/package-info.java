/**
 * Decides about requests by Rego policies compiled to wasm: the filter, its factory and its life on
 * a worker. What policies see and say is that of OPA's Envoy plugin, so that policies written for
 * it run unchanged.
 */
@NullMarked
package io.postern.filters.opa;

import org.jspecify.annotations.NullMarked;
