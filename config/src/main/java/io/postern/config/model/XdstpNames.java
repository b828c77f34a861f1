package io.postern.config.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where resources come from whose names say it: {@code xdstp://AUTHORITY/TYPE/NAME}.
 *
 * <p>Source: {@code envoy.config.bootstrap.v3.Bootstrap}, {@code config_sources} and {@code
 * default_config_source}; "xDS transport protocol" of the xDS API's documentation.
 *
 * @param listeners the collection that the listeners are, {@code xdstp://…/*}; empty: all there are
 * @param clusters the collection that the clusters are; empty: all there are
 * @param authorities sources by the authority in a name
 * @param otherwise of all other authorities; null: the source that is given with the name
 */
public record XdstpNames(
        String listeners,
        String clusters,
        Map<String, ConfigSource.Server> authorities,
        ConfigSource.@Nullable Server otherwise) {
    /** None. */
    public static final XdstpNames NONE = new XdstpNames("", "", Map.of(), null);

    private static final String SCHEME = "xdstp://";

    public XdstpNames {
        authorities = Map.copyOf(authorities);
    }

    /** Without a default. */
    public XdstpNames(
            String listeners, String clusters, Map<String, ConfigSource.Server> authorities) {
        this(listeners, clusters, authorities, null);
    }

    /** Where {@code name} comes from, when {@code given} stands beside it. */
    public @Nullable ConfigSource sourceOf(String name, @Nullable ConfigSource given) {
        if (!name.startsWith(SCHEME)) {
            return given;
        }
        int end = name.indexOf('/', SCHEME.length());
        String authority = end < 0 ? "" : name.substring(SCHEME.length(), end);
        ConfigSource found = authorities.getOrDefault(authority, otherwise);
        return found == null ? given : found;
    }
}
