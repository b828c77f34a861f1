package io.postern.config.source.xds;

import java.util.Set;
import java.util.TreeSet;

/**
 * Which resources of a type are asked for.
 *
 * @param wildcard all there are
 * @param names those by name
 */
public record Wanted(boolean wildcard, Set<String> names) {
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

    /** In an order that does not depend on hashes. */
    Iterable<String> ordered() {
        return new TreeSet<>(names);
    }
}
