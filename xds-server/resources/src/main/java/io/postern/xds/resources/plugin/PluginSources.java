package io.postern.xds.resources.plugin;

import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sources by the scheme of their URLs.
 *
 * <p>Thread-safe: immutable.
 *
 * @param byScheme {@code oci}, {@code oci-layout}, {@code https}, {@code file}
 */
public record PluginSources(Map<String, PluginSource> byScheme) implements PluginSource {
    public PluginSources {
        byScheme = Map.copyOf(byScheme);
    }

    @Override
    public Fetched fetch(PluginReference reference) {
        int colon = reference.url().indexOf(':');
        var scheme = colon < 0 ? "" : reference.url().substring(0, colon);
        var source = byScheme.get(scheme);
        return source == null
                ? new Failed("resolve", "no source for " + scheme + ":// is set up", "")
                : source.fetch(reference);
    }

    /** What came of each of {@code references}. */
    public Map<PluginReference, Fetched> fetchAll(Collection<PluginReference> references) {
        var fetched = new LinkedHashMap<PluginReference, Fetched>();
        references.forEach(reference -> fetched.put(reference, fetch(reference)));
        return fetched;
    }
}
