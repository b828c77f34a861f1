package io.postern.config.snapshot;

import io.postern.config.envoy.ResourceTranslator;
import io.postern.config.source.xds.Control;
import io.postern.sdk.Metrics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link LiveConfig} works with.
 *
 * @param patience how long a management server may be silent before what is on disk is served
 * @param node whose resources they are: those of another node are not taken from disk
 * @param cacheFile where the last good resources are kept; null: nowhere
 */
public record LiveParts(
        ResourceTranslator translator,
        SnapshotTarget target,
        Control control,
        Clock clock,
        Metrics metrics,
        ConfigLog log,
        Duration patience,
        String node,
        @Nullable Path cacheFile) {
    /** For servers that are reached over a network. */
    public static final Duration PATIENCE = Duration.ofSeconds(1);
}
