package io.postern.config.message;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Nearest;
import io.postern.config.source.SourceNode;
import io.postern.config.source.SourceNode.ListNode;
import io.postern.config.source.SourceNode.MapNode;
import io.postern.config.source.SourceNode.NullNode;
import io.postern.config.source.SourceNode.TextNode;
import io.postern.config.source.Spot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fills a protobuf message from a tree, by its descriptor, in proto3's JSON mapping with Envoy's
 * leniencies: lower-case enums, numbers and booleans as texts, a single value for a repeated field.
 * Every error names its place, and reading goes on behind it.
 *
 * <p>Builds dynamic messages; see {@link MessageWalk} for the reason.
 *
 * <p>{@code JsonFormat} is no choice: it forgets places, stops at the first error, refuses
 * lower-case enums and takes numbers for strings. Confined to the loading thread.
 */
public final class MessageReader {
    private final MessageTypes types;
    private final Diagnostics diagnostics;
    private final ScalarValues scalars;

    public MessageReader(MessageTypes types, Diagnostics diagnostics) {
        this.types = types;
        this.diagnostics = diagnostics;
        this.scalars = new ScalarValues(diagnostics);
    }

    /** Sets in {@code builder} what {@code node} says. */
    public void read(SourceNode node, Message.Builder builder, Spot spot) {
        var type = builder.getDescriptorForType();
        if (type.getFullName().equals("google.protobuf.Any")) {
            any(node, builder, spot);
        } else if (!WellKnownTypes.read(node, builder, spot, scalars)) {
            if (node instanceof MapNode map) {
                fields(map, builder, spot);
            } else {
                var expected = "a map with the fields of " + type.getFullName();
                diagnostics.error(spot, node.described() + " (expected: " + expected + ")");
            }
        }
    }

    private void fields(MapNode map, Message.Builder builder, Spot spot) {
        var type = builder.getDescriptorForType();
        Map<OneofDescriptor, String> chosen = new HashMap<>();
        for (var entry : map.effective()) {
            if (entry.key().equals("@type")) {
                continue; // the Any around these fields
            }
            var field = FieldNames.find(type, entry.key());
            if (field == null) {
                FieldNames.unknown(type, entry, spot, diagnostics);
                continue;
            }
            if (entry.value() instanceof NullNode) {
                continue;
            }
            var oneof = field.getRealContainingOneof();
            var other = oneof == null ? null : chosen.put(oneof, field.getName());
            if (other != null) {
                diagnostics.error(
                        spot.field(field.getName()),
                        "only one of " + other + " and " + field.getName() + " can be set",
                        "remove one of the two");
                continue;
            }
            field(entry.value(), builder, field, spot.field(field.getName()));
        }
    }

    private void field(SourceNode node, Message.Builder builder, FieldDescriptor field, Spot spot) {
        if (field.isMapField()) {
            mapField(node, builder, field, spot);
        } else if (!field.isRepeated()) {
            var value = value(node, builder, field, spot);
            if (value != null) {
                builder.setField(field, value);
            }
        } else if (node instanceof ListNode list) {
            for (int i = 0; i < list.items().size(); i++) {
                element(list.items().get(i), builder, field, spot.index(i));
            }
        } else {
            element(node, builder, field, spot); // Envoy takes a lone value for a list of one
        }
    }

    private void element(
            SourceNode node, Message.Builder builder, FieldDescriptor field, Spot spot) {
        var value =
                node instanceof NullNode
                        ? empty(builder, field)
                        : value(node, builder, field, spot);
        if (value != null) {
            builder.addRepeatedField(field, value);
        }
    }

    /** What Envoy takes a null in a list for. */
    private static @Nullable Object empty(Message.Builder builder, FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case MESSAGE -> builder.newBuilderForField(field).build();
            case STRING -> "";
            case BYTE_STRING, BOOLEAN, ENUM, INT, LONG, FLOAT, DOUBLE -> null;
        };
    }

    private void mapField(
            SourceNode node, Message.Builder builder, FieldDescriptor field, Spot spot) {
        if (!(node instanceof MapNode map)) {
            diagnostics.error(spot, node.described() + " (expected: a map)");
            return;
        }
        var keyField = field.getMessageType().findFieldByNumber(1);
        var valueField = field.getMessageType().findFieldByNumber(2);
        for (var entry : map.effective()) {
            var at = spot.key(entry.key());
            var pair = builder.newBuilderForField(field);
            var key = scalars.read(new TextNode(entry.keyPlace(), entry.key()), keyField, at);
            var value = value(entry.value(), pair, valueField, at);
            if (key != null && value != null) {
                builder.addRepeatedField(
                        field, pair.setField(keyField, key).setField(valueField, value).build());
            }
        }
    }

    private @Nullable Object value(
            SourceNode node, Message.Builder builder, FieldDescriptor field, Spot spot) {
        if (field.getJavaType() != JavaType.MESSAGE) {
            return scalars.read(node, field, spot);
        }
        var message = builder.newBuilderForField(field);
        read(node, message, spot);
        return message.build();
    }

    private void any(SourceNode node, Message.Builder builder, Spot spot) {
        if (!(node instanceof MapNode map)) {
            diagnostics.error(spot, node.described() + " (expected: a map with \"@type\")");
            return;
        }
        if (map.entries().isEmpty()) {
            return;
        }
        var type = map.find("@type");
        if (type == null || !(type.value() instanceof TextNode url)) {
            diagnostics.error(
                    spot,
                    "no \"@type\" (expected: which message this is)",
                    "add \"@type\": " + MessageTypes.URL_PREFIX + "…");
            return;
        }
        var prototype = TypeUrls.resolve(url.text(), types, spot, diagnostics);
        if (prototype == null) {
            return;
        }
        var inner = DynamicMessage.newBuilder(prototype.getDescriptorForType());
        anyContent(map, inner, spot);
        var any = Any.newBuilder().setTypeUrl(url.text()).setValue(inner.build().toByteString());
        builder.mergeFrom(any.build());
    }

    private void anyContent(MapNode map, Message.Builder inner, Spot spot) {
        Descriptor type = inner.getDescriptorForType();
        if (!WellKnownTypes.isSpecial(type)) {
            fields(map, inner, spot);
            return;
        }
        var value = map.find("value");
        if (value == null) {
            diagnostics.error(
                    spot,
                    "no \"value\" (expected beside \"@type\" for a " + type.getFullName() + ")");
        } else {
            read(value.value(), inner, spot.field("value"));
        }
        for (var entry : map.entries()) {
            if (!entry.key().equals("value") && !entry.key().equals("@type")) {
                diagnostics.error(
                        spot.key(entry.key()),
                        "not expected beside the value of a " + type.getFullName(),
                        Nearest.cure(entry.key(), List.of("value")));
            }
        }
    }
}
