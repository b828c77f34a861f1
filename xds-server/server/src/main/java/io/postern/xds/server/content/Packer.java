package io.postern.xds.server.content;

import com.google.protobuf.Message;
import io.postern.xds.resources.GroupResources;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Packs what groups of nodes are served; a message that was there the last time is not packed
 * again. Confined to one thread.
 */
public final class Packer {
    private IdentityHashMap<Message, Packed> known = new IdentityHashMap<>();

    /** A group and its resources, packed. */
    public record Group(GroupResources source, List<Packed> resources) {
        public Group {
            resources = List.copyOf(resources);
        }
    }

    /** Packs all of them. */
    public List<Group> pack(List<GroupResources> groups) {
        IdentityHashMap<Message, Packed> next = new IdentityHashMap<>();
        List<Group> all = new ArrayList<>();
        for (GroupResources group : groups) {
            List<Packed> resources = new ArrayList<>();
            for (Message message : group.resources()) {
                Packed old = known.get(message);
                Packed packed = old == null ? Packed.of(message) : old;
                next.put(message, packed);
                resources.add(packed);
            }
            all.add(new Group(group, resources));
        }
        known = next;
        return all;
    }
}
