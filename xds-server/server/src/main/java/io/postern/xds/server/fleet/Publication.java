package io.postern.xds.server.fleet;

import io.postern.config.model.ResourceType;
import io.postern.xds.resources.NodeSelector;
import io.postern.xds.server.content.Packed;
import io.postern.xds.server.content.Packer;
import io.postern.xds.server.content.Snapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private final Map<ResourceType, Set<String>> changed;
    private final Map<List<Integer>, Snapshot> snapshots = new ConcurrentHashMap<>();

    private record Group(String name, NodeSelector selector, List<Packed> resources) {}

    private Publication(long revision, List<Group> groups, @Nullable Publication before) {
        this.revision = revision;
        this.groups = groups;
        this.before = before;
        this.changed = before == null ? Map.of() : changed(before.groups, groups);
    }

    // A group whose nodes are others now counts as gone and come.
    private static Map<ResourceType, Set<String>> changed(List<Group> before, List<Group> now) {
        Map<ResourceType, Set<String>> changed = new EnumMap<>(ResourceType.class);
        Map<String, Group> old = new HashMap<>();
        before.forEach(group -> old.put(group.name(), group));
        for (Group group : now) {
            Group was = old.get(group.name());
            if (was == null || !was.selector().equals(group.selector())) {
                addAll(group.resources(), changed);
            } else {
                old.remove(group.name());
                addDifference(was.resources(), group.resources(), changed);
            }
        }
        old.values().forEach(group -> addAll(group.resources(), changed));
        return changed;
    }

    private static void addDifference(
            List<Packed> before, List<Packed> now, Map<ResourceType, Set<String>> changed) {
        Set<Packed> same = Collections.newSetFromMap(new IdentityHashMap<>());
        same.addAll(before);
        List<Packed> different = new ArrayList<>();
        for (Packed one : now) {
            if (!same.remove(one)) {
                different.add(one);
            }
        }
        addAll(different, changed);
        addAll(same, changed);
    }

    private static void addAll(Iterable<Packed> resources, Map<ResourceType, Set<String>> to) {
        resources.forEach(
                one -> to.computeIfAbsent(one.type(), _ -> new HashSet<>()).add(one.name()));
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

    /**
     * What is not as it was in the publication before: no node that asks for something else has to
     * hear of this one.
     */
    Map<ResourceType, Set<String>> changed() {
        return changed;
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
