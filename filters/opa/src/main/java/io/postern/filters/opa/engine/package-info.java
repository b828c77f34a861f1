/**
 * Policies on the engine of {@code io.postern.filters.wasm}: compiles policy modules, makes
 * instances and evaluates entrypoints over the bytes-in, bytes-out calls of OPA's wasm ABI.
 */
@NullMarked
package io.postern.filters.opa.engine;

import org.jspecify.annotations.NullMarked;
