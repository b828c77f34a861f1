package io.postern.xds.server.source;

import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginSource;
import io.postern.xds.resources.PluginSource.Fetched;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Plugins that documents refer to. What was fetched stays as long as it is referred to; what could
 * not be is tried again some time later. Files are looked at each time.
 *
 * <p>Control thread; blocks while something is fetched.
 */
final class PluginShelf {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String FILE = "file:";
    private static final String REGISTRY = "oci:";

    private final PluginSource source;
    private final Clock clock;
    private Map<PluginReference, Kept> shelf = Map.of();

    private record Kept(Fetched fetched, Instant at) {}

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
                known = new Kept(source.fetch(reference), now);
            }
            next.put(reference, known);
            all.put(reference, known.fetched());
        }
        shelf = next;
        return all;
    }

    /**
     * Tags of registries are asked for again: they may stand for something else by now.
     *
     * @return whether there are any
     */
    boolean forgetTags() {
        Map<PluginReference, Kept> pinned = new HashMap<>(shelf);
        boolean found = pinned.keySet().removeIf(PluginShelf::isTag);
        shelf = pinned;
        return found;
    }

    private static boolean isTag(PluginReference reference) {
        return reference.url().startsWith(REGISTRY) && reference.url().indexOf('@') < 0;
    }

    private static boolean isStale(PluginReference reference, Kept known, Instant now) {
        boolean failed = known.fetched() instanceof PluginSource.Failed;
        return reference.url().startsWith(FILE)
                || (failed && known.at().plus(PATIENCE).isBefore(now));
    }
}
