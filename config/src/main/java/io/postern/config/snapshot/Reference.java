package io.postern.config.snapshot;

import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import io.postern.config.model.XdstpNames;
import org.jspecify.annotations.Nullable;

/**
 * What a resource refers to.
 *
 * @param source null: the static resources
 * @param name {@value #ALL}: all there are, {@code table/*}: all virtual hosts of a route table
 */
record Reference(ResourceType type, @Nullable ConfigSource source, String name) {
    static final String ALL = "*";
    private static final String OF_TABLE = "/" + ALL;

    Reference {
        // Clusters and listeners are known by what their messages say, letter by letter.
        boolean isNamedByMessage = type == ResourceType.CLUSTER || type == ResourceType.LISTENER;
        name = isNamedByMessage ? name : XdstpNames.canonical(name);
    }

    /** All there are, or all of {@code table}. */
    static Reference toAll(ResourceType type, @Nullable ConfigSource source, String table) {
        return new Reference(type, source, table.isEmpty() ? ALL : table + OF_TABLE);
    }

    boolean isToAll() {
        return name.equals(ALL) || name.endsWith(OF_TABLE);
    }

    /** The reference by which somebody may refer to this one and others. */
    Reference toAllOfItsKind() {
        int slash = name.indexOf('/');
        boolean ofTable = type == ResourceType.VIRTUAL_HOST && slash > 0;
        return toAll(type, source, ofTable ? name.substring(0, slash) : "");
    }

    /**
     * As it is asked for. All virtual hosts of a table are part of all there are: as Envoy does it,
     * the name of a table is never sent.
     */
    String wanted() {
        return isToAll() ? ALL : name;
    }
}
