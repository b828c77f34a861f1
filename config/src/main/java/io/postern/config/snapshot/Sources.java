package io.postern.config.snapshot;

import io.postern.config.model.ConfigSource;
import java.time.Duration;

/** What makes sources the same. */
final class Sources {
    private Sources() {}

    /** The source without what is the business of whoever waits for it. */
    static ConfigSource key(ConfigSource source) {
        return switch (source) {
            case ConfigSource.Ads _ -> new ConfigSource.Ads(Duration.ZERO);
            case ConfigSource.File file ->
                    new ConfigSource.File(file.path(), file.watchedDirectory(), Duration.ZERO);
            case ConfigSource.Server server ->
                    new ConfigSource.Server(
                            server.protocol(),
                            server.targets(),
                            server.nodeOnFirstMessageOnly(),
                            server.refreshDelay(),
                            server.requestTimeout(),
                            Duration.ZERO);
        };
    }
}
