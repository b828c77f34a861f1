package io.postern.config.snapshot;

import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import io.postern.config.source.xds.Control;
import io.postern.config.source.xds.Received;
import io.postern.config.source.xds.Update;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Resources that live only for a while unless they are sent again. Control thread. */
final class Expiry {
    private final Control control;
    private final Consumer<Reference> onExpired;
    private final Map<Reference, Runnable> running = new HashMap<>();

    Expiry(Control control, Consumer<Reference> onExpired) {
        this.control = control;
        this.onExpired = onExpired;
    }

    /** Times to live begin again with each delivery, and with heartbeats. */
    void note(ConfigSource source, ResourceType type, Update update) {
        for (Received one : update.resources()) {
            if (one.name().isEmpty()) {
                continue; // only wrapped resources have a time to live
            }
            var reference = new Reference(type, source, one.name());
            Runnable before = running.remove(reference);
            if (before != null) {
                before.run();
            }
            if (!one.ttl().isZero()) {
                running.put(
                        reference,
                        control.schedule(
                                one.ttl(),
                                () -> {
                                    running.remove(reference);
                                    onExpired.accept(reference);
                                }));
            }
        }
    }
}
