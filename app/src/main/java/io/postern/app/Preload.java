package io.postern.app;

import io.postern.core.runtime.Transport;

/**
 * Uses the second processor while the first reads the configuration: loads what a gateway needs
 * whatever its configuration says. Changes nothing but the time of a start.
 */
public final class Preload {
    private Preload() {}

    /** Starts it; does not wait. */
    public static void start() {
        Thread.ofPlatform()
                .daemon()
                .name("preload")
                .start(Transport::best); // Netty and its natives
    }
}
