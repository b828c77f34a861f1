package io.postern.app;

import io.postern.core.runtime.Transport;
import io.postern.filters.wasm.engine.WasmEngine;
import java.nio.file.Path;

/**
 * Uses the second processor while the first reads the configuration: loads what a gateway needs
 * whatever its configuration says. Changes nothing but the time of a start.
 */
public final class Preload {
    private Preload() {}

    /** Starts it; does not wait. */
    public static void start() {
        Thread.ofPlatform().daemon().name("preload").start(Preload::run);
    }

    private static void run() {
        Transport.best();
        var _ = new WasmEngine((Path) null);
    }
}
