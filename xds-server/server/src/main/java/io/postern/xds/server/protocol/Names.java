package io.postern.xds.server.protocol;

import io.postern.config.model.ResourceType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a stream asks for, of one type. Immutable; streams that ask for the same share one object
 * (see {@link ResponseCache}), so that ten thousand of them with a thousand names each fit into
 * memory.
 */
final class Names {
    static final Names NOTHING = new Names(false, Set.of());
    static final Names ALL = new Names(true, Set.of());

    private static final String WILDCARD = "*";

    private final boolean wildcard;
    private final Set<String> explicit;
    private final int hash;

    private Names(boolean wildcard, Set<String> explicit) {
        this.wildcard = wildcard;
        this.explicit = explicit;
        this.hash = explicit.hashCode() * 2 + (wildcard ? 1 : 0);
    }

    /** Exactly these; {@code *} means everything. */
    static Names of(Collection<String> names) {
        return NOTHING.with(names);
    }

    /** These, and {@code more}. */
    Names with(Collection<String> more) {
        if (more.isEmpty()) {
            return this;
        }
        var all = new HashSet<>(explicit);
        boolean everything = wildcard;
        for (String name : more) {
            if (name.equals(WILDCARD)) {
                everything = true;
            } else {
                all.add(checked(name));
            }
        }
        if (all.size() > Limits.NAMES) {
            throw new StreamException(
                    StreamException.Reason.RESOURCE_EXHAUSTED,
                    all.size() + " names of one type (expected: at most " + Limits.NAMES + ")");
        }
        return new Names(everything, all);
    }

    /** These without {@code fewer}. */
    Names without(Collection<String> fewer) {
        if (fewer.isEmpty()) {
            return this;
        }
        var left = new HashSet<>(explicit);
        fewer.forEach(left::remove);
        return new Names(wildcard && !fewer.contains(WILDCARD), left);
    }

    private static String checked(String name) {
        if (name.length() > Limits.NAME_CHARACTERS) {
            throw new StreamException(
                    StreamException.Reason.INVALID_ARGUMENT,
                    "a name of "
                            + name.length()
                            + " characters (expected: at most "
                            + Limits.NAME_CHARACTERS
                            + ")");
        }
        return name;
    }

    /** Whether everything is wanted. */
    boolean wildcard() {
        return wildcard;
    }

    /** Those that are asked for by name. */
    Set<String> explicit() {
        return explicit;
    }

    /** Whether that resource is asked for; virtual hosts may be by the name of their table. */
    boolean wants(ResourceType type, String name) {
        if (wildcard || explicit.contains(name)) {
            return true;
        }
        return type == ResourceType.VIRTUAL_HOST
                && tablesOf(name).stream().anyMatch(explicit::contains);
    }

    /** Route tables that a virtual host may be of: both names may have slashes. */
    static List<String> tablesOf(String name) {
        List<String> tables = new ArrayList<>();
        for (int at = name.indexOf('/'); at > 0; at = name.indexOf('/', at + 1)) {
            tables.add(name.substring(0, at));
        }
        return tables;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof Names names
                        && hash == names.hash
                        && wildcard == names.wildcard
                        && explicit.equals(names.explicit));
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
