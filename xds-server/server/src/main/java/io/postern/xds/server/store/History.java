package io.postern.xds.server.store;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was published, newest last: the last 50 revisions and 256 MiB, and always the two newest.
 * When {@link #append} returns, nothing that happens to this process takes the revision away.
 *
 * <p>Control thread, but for {@link #state}.
 */
public interface History extends AutoCloseable {
    /** What was published last, as far as it is known here; {@link Revision#NONE} at first. */
    Revision newest();

    /** A revision by its number; null when it is not kept. */
    @Nullable Revision find(long number) throws IOException;

    /** Everything that is kept, oldest first. */
    List<Revision> all() throws IOException;

    /**
     * Keeps a revision, whose number is the one after the newest.
     *
     * @throws OvertakenException when another server was first: catch up, and decide again
     * @throws IOException when it may not have been kept
     */
    void append(Revision revision) throws IOException;

    /** Takes over what other servers appended; whether {@link #newest} is another one now. */
    boolean catchUp() throws IOException;

    /**
     * Watches what other servers do, until it is closed.
     *
     * @param changed is told, on any thread, that it is time to catch up; also after connections
     *     were lost
     */
    void follow(Runnable changed);

    /** Whether other servers write, too. */
    boolean isShared();

    /** How it is. Any thread. */
    StoreState state();

    @Override
    void close();
}
