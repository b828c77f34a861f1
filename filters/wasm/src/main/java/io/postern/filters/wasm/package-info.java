/**
 * The HTTP filter that runs Proxy-Wasm plugins. Start reading at {@link
 * io.postern.filters.wasm.WasmFilterFactory}.
 */
@NullMarked
package io.postern.filters.wasm;

import org.jspecify.annotations.NullMarked;
