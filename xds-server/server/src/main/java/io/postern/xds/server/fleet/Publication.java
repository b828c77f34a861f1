package io.postern.xds.server.fleet;

import io.postern.xds.resources.NodeSelector;
import io.postern.xds.server.content.Packed;
import io.postern.xds.server.content.Packer;
import io.postern.xds.server.content.Snapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is served from some moment on, for all groups of nodes.
 *
 * <p>Thread-safe: immutable but for the snapshots that it remembers, one for each combination of
 * groups that some node belongs to.
 */
public final class Publication {
    private final long revision;
    private final List<Group> groups;
    private final @Nullable Publication before;
    private final Map<List<Integer>, Snapshot> snapshots = new ConcurrentHashMap<>();

    private record Group(String name, NodeSelector selector, List<Packed> resources) {}

    private Publication(long revision, List<Group> groups, @Nullable Publication before) {
        this.revision = revision;
        this.groups = groups;
        this.before = before;
    }

    /** Nothing: before anything was published. */
    public static Publication none() {
        return new Publication(0, List.of(), null);
    }

    /** The next publication; what is in it as it was in this one is the same objects again. */
    public Publication next(long nextRevision, List<Packer.Group> content) {
        List<Group> next = new ArrayList<>();
        for (Packer.Group group : content) {
            next.add(
                    new Group(group.source().name(), group.source().selector(), group.resources()));
        }
        next.sort(
                Comparator.comparingInt((Group group) -> -Selection.weight(group.selector()))
                        .thenComparing(Group::name));
        return new Publication(nextRevision, List.copyOf(next), withoutPast());
    }

    // One step back is enough to find what did not change; more would keep everything for ever.
    private Publication withoutPast() {
        var copy = new Publication(revision, groups, null);
        copy.snapshots.putAll(snapshots);
        return copy;
    }

    /** Its number in the history. */
    public long revision() {
        return revision;
    }

    /** Everything that {@code node} may have: of all groups that it belongs to, and no other. */
    public Snapshot snapshotFor(NodeIdentity node) {
        List<Integer> members = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            if (Selection.matches(groups.get(i).selector(), node)) {
                members.add(i);
            }
        }
        Snapshot known = snapshots.get(members);
        return known == null
                ? snapshots.computeIfAbsent(members, _ -> snapshot(members, node))
                : known;
    }

    private Snapshot snapshot(List<Integer> members, NodeIdentity node) {
        List<Packed> all = new ArrayList<>();
        members.forEach(index -> all.addAll(groups.get(index).resources()));
        return Snapshot.of(all, before == null ? null : before.snapshotFor(node));
    }

    /** Names of the groups that {@code node} belongs to. */
    List<String> groupsOf(NodeIdentity node) {
        return groups.stream()
                .filter(group -> Selection.matches(group.selector(), node))
                .map(Group::name)
                .toList();
    }
}
