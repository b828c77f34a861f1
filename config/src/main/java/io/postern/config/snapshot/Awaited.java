package io.postern.config.snapshot;

import io.postern.config.model.ConfigSource;
import io.postern.config.source.xds.Control;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What somebody waits for, each for as long as its source has. Source: {@code
 * ConfigSource.initial_fetch_timeout}. Control thread.
 */
final class Awaited {
    private final Control control;
    private final Consumer<Reference> over;
    private final Set<Reference> timed = new HashSet<>();

    /**
     * @param over is told of what may have been waited for in vain
     */
    Awaited(Control control, Consumer<Reference> over) {
        this.control = control;
        this.over = over;
    }

    /** These are missing now, of all that is referred to. */
    void await(Set<Reference> missing, Set<Reference> all) {
        for (Reference reference : missing) {
            ConfigSource source = reference.source();
            if (source != null && !source.initialFetchTimeout().isZero() && timed.add(reference)) {
                var _ = control.schedule(source.initialFetchTimeout(), () -> end(reference));
            }
        }
        timed.retainAll(all);
    }

    private void end(Reference reference) {
        if (timed.remove(reference)) {
            over.accept(reference);
        }
    }
}
