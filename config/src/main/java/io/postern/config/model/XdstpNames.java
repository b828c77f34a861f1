package io.postern.config.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
    private static final String SCHEME = "xdstp://";
    private static final String SEPARATORS = "%/?#[]=&";
    private static final Pattern ESCAPE = Pattern.compile("%([0-9A-Fa-f]{2})");

    /** None. */
    public static final XdstpNames NONE = new XdstpNames("", "", Map.of(), null);

    public XdstpNames {
        listeners = canonical(listeners);
        clusters = canonical(clusters);
        authorities = Map.copyOf(authorities);
    }

    /** Without a default. */
    public XdstpNames(
            String listeners, String clusters, Map<String, ConfigSource.Server> authorities) {
        this(listeners, clusters, authorities, null);
    }

    /**
     * The same name in the one way of writing it that Envoy has: context parameters in their order,
     * percent signs only where they must be. Other names are left as they are.
     */
    public static String canonical(String name) {
        if (!name.startsWith(SCHEME)) {
            return name;
        }
        int fragment = name.indexOf('#');
        int end = fragment < 0 ? name.length() : fragment;
        int question = name.indexOf('?');
        if (question < 0 || question > end) {
            return decoded(name.substring(0, end)) + name.substring(end);
        }
        String path = decoded(name.substring(0, question));
        String parameters =
                Arrays.stream(name.substring(question + 1, end).split("&"))
                        .filter(one -> !one.isEmpty())
                        .map(XdstpNames::decoded)
                        .sorted()
                        .collect(Collectors.joining("&", "?", ""));
        return path + (parameters.equals("?") ? "" : parameters) + name.substring(end);
    }

    // Of printable characters only those stay escaped that separate the parts of a name.
    private static String decoded(String part) {
        return ESCAPE.matcher(part)
                .replaceAll(escape -> {
                    int octet = Integer.parseInt(escape.group(1), 16);
                    boolean stays = octet <= ' ' || octet > '~' || SEPARATORS.indexOf(octet) >= 0;
                    return stays
                            ? escape.group().toUpperCase(Locale.ROOT)
                            : Matcher.quoteReplacement(Character.toString(octet));
                });
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
