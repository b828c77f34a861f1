package io.postern.xds.server.store;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a server keeps what it has to remember.
 *
 * @param directory of this server alone
 * @param shared with other servers: what was published; null: that is in the directory, too
 */
public record Store(Path directory, @Nullable EtcdAddress shared) {
    public Store {
        requireNonNull(directory, "directory");
    }

    /** Everything in one directory. */
    public static Store in(Path directory) {
        return new Store(directory, null);
    }

    /**
     * What servers share beside that; null: nothing.
     *
     * @param name of the kind of values
     */
    public @Nullable SharedValues values(String name) throws IOException {
        return shared == null ? null : new SharedValues(shared, name);
    }

    /**
     * What was published.
     *
     * @param log hears how it is
     */
    public History history(StoreLog log) throws IOException {
        Path revisions = directory.resolve("revisions");
        return shared == null
                ? DiskHistory.open(revisions, log::problem)
                : EtcdHistory.open(shared, revisions, log);
    }
}
