package io.postern.xds.server;

import com.google.protobuf.Message;
import io.postern.config.envoy.ResourceTranslator;
import io.postern.config.model.ResourceType;
import io.postern.xds.resources.GroupResources;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is different between two publications. */
public record Change(Kind kind, String group, ResourceType type, String name) {
    /** How. */
    public enum Kind {
        ADDED('+'),
        CHANGED('~'),
        REMOVED('-');

        private final char sign;

        Kind(char sign) {
            this.sign = sign;
        }
    }

    private record Key(String group, ResourceType type, String name) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byGroup = group.compareTo(other.group);
            int byType = byGroup != 0 ? byGroup : type.compareTo(other.type);
            return byType != 0 ? byType : name.compareTo(other.name);
        }
    }

    /** Everything that differs, in order. */
    public static List<Change> between(List<GroupResources> before, List<GroupResources> after) {
        Map<Key, Message> old = index(before);
        Map<Key, Message> now = index(after);
        List<Change> changes = new ArrayList<>();
        now.forEach((key, message) -> {
            Message was = old.get(key);
            if (was == null) {
                changes.add(of(Kind.ADDED, key));
            } else if (!was.equals(message)) {
                changes.add(of(Kind.CHANGED, key));
            }
        });
        for (Key key : old.keySet()) {
            if (!now.containsKey(key)) {
                changes.add(of(Kind.REMOVED, key));
            }
        }
        return changes;
    }

    private static Change of(Kind kind, Key key) {
        return new Change(kind, key.group(), key.type(), key.name());
    }

    private static Map<Key, Message> index(List<GroupResources> groups) {
        Map<Key, Message> index = new TreeMap<>();
        for (GroupResources group : groups) {
            for (Message message : group.resources()) {
                ResourceType type = ResourceType.of(message.getDescriptorForType().getFullName());
                if (type != null) {
                    String name = ResourceTranslator.nameOf(type, message);
                    index.put(new Key(group.name(), type, name), message);
                }
            }
        }
        return index;
    }

    /** The message of this in a publication; null when it is not there. */
    public @Nullable Message in(List<GroupResources> groups) {
        return index(groups).get(new Key(group, type, name));
    }

    /** {@code ~ routes 'main' (edge.yaml)}. */
    @Override
    public String toString() {
        String kindOfResource = type.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return kind.sign + " " + kindOfResource + " '" + name + "' (" + group + ")";
    }
}
