package io.postern.xds.server.source;

import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginSource;
import io.postern.xds.resources.PluginSource.Fetched;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plugins that documents refer to. What was fetched stays as long as it is referred to; what could
 * not be is tried again some time later. Files and layouts are looked at each time.
 *
 * <p>Control thread; waits a little for what is fetched.
 */
final class PluginShelf {
    private static final Duration UNTIL_TRIED_AGAIN = Duration.ofSeconds(30);

    // A failing version is to be undone within five seconds, whatever is fetched meanwhile.
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final List<String> ON_DISK = List.of("file:", "oci-layout:");
    private static final String REGISTRY = "oci:";

    private final Fetches fetches;
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

    /**
     * @param arrived is run when there is something new without anybody having asked; any thread
     */
    PluginShelf(PluginSource source, Runnable arrived, Clock clock) {
        this.fetches = new Fetches(source, PATIENCE, arrived);
        this.clock = clock;
    }

    Map<PluginReference, Fetched> fetch(Set<PluginReference> references) {
        Map<PluginReference, Kept> next = new HashMap<>();
        Instant now = clock.instant();
        Set<PluginReference> wanted = new LinkedHashSet<>();
        for (PluginReference reference : references) {
            Kept known = shelf.get(reference);
            if (known == null || isStale(reference, known, now)) {
                wanted.add(reference);
            } else {
                next.put(reference, known);
            }
        }
        fetches.retain(references);
        fetches.fetch(wanted)
                .forEach((reference, fetched) -> {
                    Kept before = isTag(reference) ? shelf.get(reference) : null;
                    next.put(reference, Kept.of(fetched, before, now));
                });
        shelf = next;
        Map<PluginReference, Fetched> all = new HashMap<>();
        next.forEach((reference, kept) -> all.put(reference, kept.fetched()));
        return all;
    }

    /** All that documents refer to. */
    Set<PluginReference> references() {
        return Set.copyOf(shelf.keySet());
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

    /** What these stand for by now cannot be found out: what they stood for is used on. */
    void failed(Map<PluginReference, PluginSource.Failed> tags) {
        Map<PluginReference, Kept> next = new HashMap<>(shelf);
        next.replaceAll((reference, kept) -> {
            PluginSource.Failed why = tags.get(reference);
            return why == null ? kept : Kept.of(why, kept, kept.at());
        });
        shelf = next;
    }

    private static boolean isTag(PluginReference reference) {
        return reference.url().startsWith(REGISTRY) && reference.url().indexOf('@') < 0;
    }

    private boolean isStale(PluginReference reference, Kept known, Instant now) {
        boolean failed = !(known.fetched() instanceof PluginSource.Code);
        return known.moved()
                || fetches.hasArrived(reference)
                || ON_DISK.stream().anyMatch(reference.url()::startsWith)
                || (failed && known.at().plus(UNTIL_TRIED_AGAIN).isBefore(now));
    }
}
