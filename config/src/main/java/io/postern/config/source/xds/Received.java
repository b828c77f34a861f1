package io.postern.config.source.xds;

import com.google.protobuf.Any;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A resource as it came, not looked into.
 *
 * @param name empty where only the message itself knows it
 * @param origin where it stands in a file; null: it came over the wire
 * @param ttl how long it lives without being sent again; zero: for ever
 * @param aliases other names by which it was asked for
 * @param message null: a heartbeat, only the time to live begins again
 */
public record Received(
        String name,
        String version,
        @Nullable Any message,
        Duration ttl,
        io.postern.config.source.@Nullable Spot origin,
        List<String> aliases) {
    public Received {
        aliases = List.copyOf(aliases);
    }
}
