/**
 * The one seam to the WebAssembly engine (Chicory): parses and compiles modules to JVM bytecode,
 * links host functions by name, and runs guest functions over a flat memory. Nothing else in
 * Postern's Proxy-Wasm host names a type of the engine.
 */
@NullMarked
package io.postern.filters.wasm.engine;

import org.jspecify.annotations.NullMarked;
