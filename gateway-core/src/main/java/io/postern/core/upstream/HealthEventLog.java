package io.postern.core.upstream;

import io.postern.core.upstream.health.HealthEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Executor;

/**
 * Appends what health checks find to a file, a line of JSON for each event. Thread-safe: lines are
 * written on the control side.
 */
final class HealthEventLog {
    private final Path file;
    private final Executor control;

    HealthEventLog(String file, Executor control) {
        this.file = Path.of(file);
        this.control = control;
    }

    void add(HealthEvent event) {
        control.execute(() -> append(event));
    }

    // A log that cannot be written must not stop the checks; there is nobody to be told.
    private void append(HealthEvent event) {
        try {
            Files.writeString(
                    file,
                    event.json() + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException _) {
            // The next line is tried again.
        }
    }
}
