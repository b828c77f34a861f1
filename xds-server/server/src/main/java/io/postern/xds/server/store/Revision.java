package io.postern.xds.server.store;

import io.postern.xds.resources.GroupResources;
import java.time.Instant;
import java.util.List;

/**
 * Something that was published. Immutable.
 *
 * @param number from 1, without gaps
 * @param who caused it
 * @param what changed, one line each
 * @param content a hash of {@code groups}
 * @param holds a hash of what the folder says but is not to be published, after a step back; else
 *     empty
 */
public record Revision(
        long number,
        Instant at,
        String who,
        List<String> what,
        String content,
        String holds,
        List<GroupResources> groups) {
    public Revision {
        what = List.copyOf(what);
        groups = List.copyOf(groups);
    }

    /** Before anything was published. */
    public static final Revision NONE =
            new Revision(0, Instant.EPOCH, "", List.of(), "", "", List.of());
}
