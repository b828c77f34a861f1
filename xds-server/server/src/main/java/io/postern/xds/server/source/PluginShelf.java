package io.postern.xds.server.source;

import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginSource;
import io.postern.xds.resources.PluginSource.Fetched;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plugins that documents refer to. What was fetched stays as long as it is referred to; what could
 * not be is tried again some time later. Files and layouts are looked at each time.
 *
 * <p>Control thread; blocks while something is fetched.
 */
final class PluginShelf {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<String> ON_DISK = List.of("file:", "oci-layout:");
    private static final String REGISTRY = "oci:";

    private final PluginSource source;
    private final Clock clock;
    private Map<PluginReference, Kept> shelf = Map.of();

    /** {@code moved}: a tag that stands for something else by now. */
    private record Kept(Fetched fetched, Instant at, boolean moved) {
        /** What it is now; what it was stays when that cannot be used. */
        static Kept of(Fetched now, @Nullable Kept before, Instant at) {
            PluginSource.Code older =
                    before == null
                            ? null
                            : switch (before.fetched()) {
                                case PluginSource.Code code -> code;
                                case PluginSource.Stale(var code, _) -> code;
                                case PluginSource.Failed _ -> null;
                            };
            return older != null && now instanceof PluginSource.Failed why
                    ? new Kept(new PluginSource.Stale(older, why), at, false)
                    : new Kept(now, at, false);
        }

        Kept hasMoved() {
            return new Kept(fetched, at, true);
        }
    }

    PluginShelf(PluginSource source, Clock clock) {
        this.source = source;
        this.clock = clock;
    }

    Map<PluginReference, Fetched> fetch(Set<PluginReference> references) {
        Map<PluginReference, Kept> next = new HashMap<>();
        Map<PluginReference, Fetched> all = new HashMap<>();
        Instant now = clock.instant();
        for (PluginReference reference : references) {
            Kept known = shelf.get(reference);
            if (known == null || isStale(reference, known, now)) {
                known = Kept.of(source.fetch(reference), isTag(reference) ? known : null, now);
            }
            next.put(reference, known);
            all.put(reference, known.fetched());
        }
        shelf = next;
        return all;
    }

    /** Tags of registries, and what they stand for as far as that is known and usable. */
    Map<PluginReference, List<String>> tags() {
        Map<PluginReference, List<String>> tags = new HashMap<>();
        shelf.forEach((reference, kept) -> {
            if (isTag(reference)) {
                tags.put(
                        reference,
                        kept.fetched() instanceof PluginSource.Code code
                                ? code.names()
                                : List.of());
            }
        });
        return tags;
    }

    /** These tags stand for something else by now: they are fetched again. */
    void moved(Set<PluginReference> tags) {
        Map<PluginReference, Kept> next = new HashMap<>(shelf);
        next.replaceAll((reference, kept) -> tags.contains(reference) ? kept.hasMoved() : kept);
        shelf = next;
    }

    private static boolean isTag(PluginReference reference) {
        return reference.url().startsWith(REGISTRY) && reference.url().indexOf('@') < 0;
    }

    private static boolean isStale(PluginReference reference, Kept known, Instant now) {
        boolean failed = !(known.fetched() instanceof PluginSource.Code);
        return known.moved()
                || ON_DISK.stream().anyMatch(reference.url()::startsWith)
                || (failed && known.at().plus(PATIENCE).isBefore(now));
    }
}
