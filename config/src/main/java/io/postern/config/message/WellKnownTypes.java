package io.postern.config.message;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import io.postern.config.source.SourceNode;
import io.postern.config.source.SourceNode.MapNode;
import io.postern.config.source.SourceNode.TextNode;
import io.postern.config.source.Spot;
import java.util.Set;

/** The messages of google.protobuf that have a JSON form of their own. */
final class WellKnownTypes {
    private static final Set<String> WRAPPERS =
            Set.of(
                    "google.protobuf.BoolValue",
                    "google.protobuf.StringValue",
                    "google.protobuf.BytesValue",
                    "google.protobuf.Int32Value",
                    "google.protobuf.UInt32Value",
                    "google.protobuf.Int64Value",
                    "google.protobuf.UInt64Value",
                    "google.protobuf.FloatValue",
                    "google.protobuf.DoubleValue");

    private WellKnownTypes() {}

    static boolean isSpecial(Descriptor type) {
        var name = type.getFullName();
        return name.startsWith("google.protobuf.") && !name.equals("google.protobuf.Empty");
    }

    /**
     * Reads {@code node} when {@code builder} is of such a type. The plain form ({@code {seconds:
     * 5}}) is left to the caller: Envoy takes both.
     */
    static boolean read(SourceNode node, Message.Builder builder, Spot spot, ScalarValues scalars) {
        var name = builder.getDescriptorForType().getFullName();
        if (!name.startsWith("google.protobuf.")) {
            return false;
        }
        if (WRAPPERS.contains(name)) {
            return wrapper(node, builder, spot, scalars);
        }
        switch (name) {
            case "google.protobuf.Struct" -> Structs.struct(node, builder, spot, scalars);
            case "google.protobuf.Value" -> builder.mergeFrom(Structs.value(node));
            case "google.protobuf.ListValue" -> Structs.list(node, builder, spot, scalars);
            case "google.protobuf.Duration" -> {
                return time(node, builder, spot, scalars, Times::duration, "5s or 0.25s");
            }
            case "google.protobuf.Timestamp" -> {
                return time(node, builder, spot, scalars, Times::timestamp, "RFC 3339");
            }
            case "google.protobuf.FieldMask" -> fieldMask(node, builder, spot, scalars);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static boolean wrapper(
            SourceNode node, Message.Builder builder, Spot spot, ScalarValues scalars) {
        if (node instanceof MapNode) {
            return false;
        }
        var field = builder.getDescriptorForType().findFieldByNumber(1);
        var value = scalars.read(node, field, spot);
        if (value != null) {
            builder.setField(field, value);
        }
        return true;
    }

    private static boolean time(
            SourceNode node,
            Message.Builder builder,
            Spot spot,
            ScalarValues scalars,
            Times.Format format,
            String example) {
        if (node instanceof MapNode) {
            return false;
        }
        if (!(node instanceof TextNode text)) {
            var cure =
                    node instanceof SourceNode.NumberNode number
                            ? "did you mean " + number.text() + "s?"
                            : "";
            var expected = " (expected: a text such as " + example + ")";
            scalars.diagnostics().error(spot, node.described() + expected, cure);
            return true;
        }
        var value = format.parse(text.text());
        if (value == null) {
            scalars.diagnostics()
                    .error(
                            spot,
                            text.described() + " (expected: a text such as " + example + ")",
                            Times.cure(text.text()));
        } else {
            builder.mergeFrom(value);
        }
        return true;
    }

    private static void fieldMask(
            SourceNode node, Message.Builder builder, Spot spot, ScalarValues scalars) {
        var text = scalars.string(node, spot);
        if (text != null && !text.isEmpty()) {
            var paths = builder.getDescriptorForType().findFieldByName("paths");
            for (var path : text.split(",", -1)) {
                builder.addRepeatedField(paths, path);
            }
        }
    }
}
