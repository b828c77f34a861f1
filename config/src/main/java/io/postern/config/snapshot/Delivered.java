package io.postern.config.snapshot;

import com.google.protobuf.Message;
import io.postern.config.model.ConfigSource;
import io.postern.config.source.Spot;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A resource as it was delivered, checked.
 *
 * @param source null: it is static
 */
record Delivered(
        String name,
        String version,
        Message message,
        Spot spot,
        @Nullable ConfigSource source,
        Instant updated) {
    boolean isStatic() {
        return source == null;
    }

    /** Whether {@code other} says the same. */
    boolean saysTheSame(Delivered other) {
        return message.equals(other.message);
    }
}
