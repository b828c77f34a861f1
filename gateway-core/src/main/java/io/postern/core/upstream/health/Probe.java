package io.postern.core.upstream.health;

import java.util.function.Consumer;

/** Asks one host how it is, again and again. Confined to the event loop. */
interface Probe {
    /**
     * Asks; {@code result} hears once, possibly during the call, unless {@link #stop} is called.
     */
    void start(Consumer<Outcome> result);

    /** Calls the question off and closes the connection; may be started again. */
    void stop();
}
