/**
 * Virtual machines and contexts: one instance of a module per worker and VM key, a root context for
 * each plugin in it, a context for each stream; what becomes of streams when an instance fails.
 */
@NullMarked
package io.postern.filters.wasm.vm;

import org.jspecify.annotations.NullMarked;
