/**
 * The Proxy-Wasm host calls (ABI 0.1.0, 0.2.0, 0.2.1 and the 0.2.100 dialect) and the part of WASI
 * preview 1 that plugins need: one class per group, each a list of functions over {@link
 * io.postern.filters.wasm.abi.GuestHost}. They work on bytes between guest memory and the gateway's
 * own header maps and bodies, and answer a bad pointer with a status, never with an exception.
 */
@NullMarked
package io.postern.filters.wasm.abi;

import org.jspecify.annotations.NullMarked;
