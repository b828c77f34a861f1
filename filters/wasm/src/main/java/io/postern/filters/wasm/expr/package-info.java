/** Expressions of CEL that plugins evaluate over a stream: the only package that knows dev.cel. */
@NullMarked
package io.postern.filters.wasm.expr;

import org.jspecify.annotations.NullMarked;
