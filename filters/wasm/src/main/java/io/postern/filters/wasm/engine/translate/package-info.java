/**
 * Translates WebAssembly functions to JVM methods, straight from a module's bytes. Knows neither
 * the Proxy-Wasm ABI nor the engine that instantiates modules; what the generated code needs while
 * it runs is {@link io.postern.filters.wasm.engine.translate.GuestCode}.
 *
 * <p>Start reading at {@link io.postern.filters.wasm.engine.translate.ModuleTranslator}.
 */
@NullMarked
package io.postern.filters.wasm.engine.translate;

import org.jspecify.annotations.NullMarked;
