package io.postern.xds.resources.envoy;

import io.postern.config.source.JsonText;
import io.postern.config.source.SourceNode.ListNode;
import io.postern.config.source.SourceNode.MapNode;
import io.postern.xds.resources.document.Tree;
import java.util.Locale;

/** The configuration of the bundled plugins: names with underscores, as they read them. */
final class PluginJson {
    private PluginJson() {}

    static String of(Tree tree) {
        var json = new StringBuilder();
        write(tree, json);
        return json.toString();
    }

    private static void write(Tree tree, StringBuilder json) {
        switch (tree.node()) {
            case MapNode _ -> {
                var separator = "";
                json.append('{');
                for (var entry : tree.entries().entrySet()) {
                    json.append(separator);
                    separator = ",";
                    JsonText.quote(snake(entry.getKey()), json);
                    json.append(':');
                    if (entry.getKey().equals("jwks")) {
                        json.append(entry.getValue().json()); // an issuer's, not ours
                    } else {
                        write(entry.getValue(), json);
                    }
                }
                json.append('}');
            }
            case ListNode list -> {
                json.append('[');
                for (int i = 0; i < list.items().size(); i++) {
                    json.append(i == 0 ? "" : ",");
                    write(new Tree(tree.spot().index(i)), json);
                }
                json.append(']');
            }
            default -> json.append(tree.json());
        }
    }

    private static String snake(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
