package io.postern.config.source.xds;

import io.postern.config.model.XdstpNames;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which resources of a type are asked for.
 *
 * @param wildcard all there are
 * @param names those by name
 */
public record Wanted(boolean wildcard, Set<String> names) {
    private static final String ALL_OF_IT = "/*";

    /** Nothing. */
    static final Wanted NOTHING = new Wanted(false, Set.of());

    /** Everything. */
    public static final Wanted ALL = new Wanted(true, Set.of());

    public Wanted {
        names = Set.copyOf(names);
    }

    /** These. */
    public static Wanted of(Set<String> names) {
        return new Wanted(false, names);
    }

    boolean isNothing() {
        return !wildcard && names.isEmpty();
    }

    /** Whether {@code name} is asked for, alone or as one of a collection. */
    boolean covers(String name) {
        String canonical = XdstpNames.canonical(name);
        return wildcard
                || names.contains(canonical)
                || names.stream().anyMatch(one -> isIn(canonical, withoutContext(one)));
    }

    private static boolean isIn(String name, String collection) {
        int start = collection.length() - ALL_OF_IT.length();
        return collection.endsWith(ALL_OF_IT)
                && name.startsWith(collection.substring(0, start + 1))
                && name.length() > start + 1;
    }

    private static String withoutContext(String name) {
        int end = name.indexOf('?');
        return end < 0 ? name : name.substring(0, end);
    }

    /** In an order that does not depend on hashes. */
    Iterable<String> ordered() {
        return new TreeSet<>(names);
    }
}
