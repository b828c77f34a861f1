package io.postern.xds.resources.document;

import io.postern.config.source.JsonText;
import io.postern.config.source.SourceNode;
import io.postern.config.source.SourceNode.BoolNode;
import io.postern.config.source.SourceNode.Entry;
import io.postern.config.source.SourceNode.ListNode;
import io.postern.config.source.SourceNode.MapNode;
import io.postern.config.source.SourceNode.NullNode;
import io.postern.config.source.SourceNode.NumberNode;
import io.postern.config.source.SourceNode.TextNode;
import java.util.Comparator;

/** Writes trees as JSON, the same for the same content. */
final class Json {
    private Json() {}

    static void write(SourceNode node, StringBuilder json) {
        switch (node) {
            case TextNode text -> JsonText.quote(text.text(), json);
            case NumberNode number -> json.append(number.text());
            case BoolNode bool -> json.append(bool.value());
            case NullNode _ -> json.append("null");
            case ListNode list -> {
                json.append('[');
                for (int i = 0; i < list.items().size(); i++) {
                    json.append(i == 0 ? "" : ",");
                    write(list.items().get(i), json);
                }
                json.append(']');
            }
            case MapNode map -> {
                var entries =
                        map.effective().stream().sorted(Comparator.comparing(Entry::key)).toList();
                json.append('{');
                for (int i = 0; i < entries.size(); i++) {
                    json.append(i == 0 ? "" : ",");
                    JsonText.quote(entries.get(i).key(), json);
                    json.append(':');
                    write(entries.get(i).value(), json);
                }
                json.append('}');
            }
        }
    }
}
