package io.postern.xds.resources.envoy;

import com.google.protobuf.Message;
import io.postern.config.envoy.ResourceTranslator;
import io.postern.config.model.ResourceType;
import io.postern.xds.resources.document.Document;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The resources of a group while they are made, and whose they are. */
public final class GroupDraft {
    /**
     * One resource.
     *
     * @param checked the same without what has been looked at before
     * @param origins the documents to blame when it is no good
     */
    public record Made(
            ResourceType type,
            String name,
            Message message,
            Message checked,
            Set<Document> origins) {}

    private final Map<ResourceType, Map<String, Made>> made = new TreeMap<>();

    /** Adds one; the same name again adds an origin. */
    public void add(ResourceType type, Message message, Document... origins) {
        add(type, message, message, origins);
    }

    /** Adds one of which only {@code checked} has not been looked at. */
    void add(ResourceType type, Message message, Message checked, Document... origins) {
        var name = ResourceTranslator.nameOf(type, message);
        made.computeIfAbsent(type, _ -> new TreeMap<>())
                .computeIfAbsent(
                        name, _ -> new Made(type, name, message, checked, new LinkedHashSet<>()))
                .origins()
                .addAll(List.of(origins));
    }

    /** Whether there is one of this name. */
    public boolean has(ResourceType type, String name) {
        return made.getOrDefault(type, Map.of()).containsKey(name);
    }

    /** All, by type and name. */
    public List<Made> all() {
        var all = new ArrayList<Made>();
        made.values().forEach(ofType -> all.addAll(ofType.values()));
        return all;
    }
}
