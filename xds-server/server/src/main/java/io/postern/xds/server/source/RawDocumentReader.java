package io.postern.xds.server.source;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.postern.config.envoy.ResourceTranslator;
import io.postern.config.message.MessageReader;
import io.postern.config.message.MessageTypes;
import io.postern.config.model.ResourceType;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.SourceNode;
import io.postern.config.source.SourceNode.ListNode;
import io.postern.config.source.SourceNode.MapNode;
import io.postern.config.source.Spot;
import io.postern.xds.resources.NodeSelector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads documents with Envoy resources. What is known of Envoy's messages is read once, not for
 * each of thousands of resources.
 *
 * <p>Control thread.
 */
final class RawDocumentReader {
    private static final String RESOURCES = "resources";
    private static final String NODES = "nodes";

    /** As other programs write the same files, and what it says is not needed. */
    private static final Set<String> IGNORED = Set.of("version_info", "versionInfo");

    private final MessageTypes types = new MessageTypes();
    private final ResourceTranslator translator = new ResourceTranslator(Map.of());

    /** Reads a document; null when it is wrong, which is told. */
    @Nullable RawDocument read(String file, SourceNode tree, Diagnostics diagnostics) {
        var spot = Spot.root(tree);
        if (!(tree instanceof MapNode map)) {
            diagnostics.error(spot, tree.described() + " (expected: a map with 'resources')");
            return null;
        }
        if (map.find("@type") != null) {
            List<Placed> one = new ArrayList<>();
            add(tree, spot, diagnostics, one);
            return new RawDocument(file, Selectors.ANYBODY, one);
        }
        checkKeys(map, spot, diagnostics);
        var nodes = map.find(NODES);
        NodeSelector selector =
                nodes == null
                        ? Selectors.ANYBODY
                        : Selectors.read(nodes.value(), spot.field(NODES), diagnostics);
        var list = map.find(RESOURCES);
        List<Placed> resources = new ArrayList<>();
        if (list == null || !(list.value() instanceof ListNode items)) {
            diagnostics.error(
                    spot,
                    "no list of resources (expected: resources: [{\"@type\": …}, …])",
                    "a document in Kubernetes form begins with apiVersion");
            return null;
        }
        for (int i = 0; i < items.items().size(); i++) {
            add(items.items().get(i), spot.field(RESOURCES).index(i), diagnostics, resources);
        }
        checkTwice(resources, diagnostics);
        return new RawDocument(file, selector, resources);
    }

    private static void checkKeys(MapNode map, Spot spot, Diagnostics diagnostics) {
        for (var entry : map.entries()) {
            String key = entry.key();
            if (!key.equals(RESOURCES) && !key.equals(NODES) && !IGNORED.contains(key)) {
                diagnostics.error(
                        spot.field(key),
                        "unknown field '" + key + "' (expected: resources and nodes)",
                        key.equals("static_resources")
                                ? "list what is in it under resources, each with its \"@type\""
                                : "");
            }
        }
    }

    private void add(SourceNode node, Spot spot, Diagnostics diagnostics, List<Placed> to) {
        var any = Any.newBuilder();
        new MessageReader(types, diagnostics).read(node, any, spot);
        if (any.getTypeUrl().isEmpty()) {
            return; // told
        }
        ResourceType type = ResourceType.of(any.getTypeUrl());
        if (type == null) {
            diagnostics.error(
                    spot.key("@type"),
                    any.getTypeUrl()
                            + " (expected: a resource that xDS delivers: a "
                            + "Listener, RouteConfiguration, Cluster, ClusterLoadAssignment, Secret, "
                            + "TypedExtensionConfig, ScopedRouteConfiguration, VirtualHost or Runtime)");
            return;
        }
        Message message = translator.unpack(type, any.build(), spot, diagnostics);
        if (message == null) {
            return;
        }
        String name = ResourceTranslator.nameOf(type, message);
        if (name.isEmpty()) {
            diagnostics.error(spot, "the resource has no name (expected: one to ask for it by)");
            return;
        }
        to.add(new Placed(type, name, message, spot));
    }

    private static void checkTwice(List<Placed> resources, Diagnostics diagnostics) {
        Set<String> seen = new HashSet<>();
        for (Placed one : resources) {
            if (!seen.add(one.toString())) {
                diagnostics.error(one.spot(), one + " is in this document twice (expected: once)");
            }
        }
    }
}
