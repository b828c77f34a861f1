package io.postern.config.message;

import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.postern.config.source.Place;
import io.postern.config.source.SourceNode;
import io.postern.config.source.SourceNode.BoolNode;
import io.postern.config.source.SourceNode.Entry;
import io.postern.config.source.SourceNode.ListNode;
import io.postern.config.source.SourceNode.MapNode;
import io.postern.config.source.SourceNode.NullNode;
import io.postern.config.source.SourceNode.NumberNode;
import io.postern.config.source.SourceNode.TextNode;
import io.postern.config.source.Spot;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Free-form values. As in Envoy, a float or a large integer of a YAML text arrives here as a text.
 */
final class Structs {
    private Structs() {}

    static void struct(SourceNode node, Message.Builder builder, Spot spot, ScalarValues scalars) {
        if (node instanceof MapNode map) {
            builder.mergeFrom(struct(map));
        } else {
            scalars.diagnostics().error(spot, node.described() + " (expected: a map)");
        }
    }

    static void list(SourceNode node, Message.Builder builder, Spot spot, ScalarValues scalars) {
        if (node instanceof ListNode list) {
            builder.mergeFrom(list(list));
        } else {
            scalars.diagnostics().error(spot, node.described() + " (expected: a list)");
        }
    }

    static Value value(SourceNode node) {
        return switch (node) {
            case MapNode map -> Value.newBuilder().setStructValue(struct(map)).build();
            case ListNode list -> Value.newBuilder().setListValue(list(list)).build();
            case NullNode _ -> Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build();
            case BoolNode bool -> Value.newBuilder().setBoolValue(bool.value()).build();
            case NumberNode number ->
                    Value.newBuilder().setNumberValue(Double.parseDouble(number.text())).build();
            case TextNode text -> Value.newBuilder().setStringValue(text.text()).build();
        };
    }

    private static Struct struct(MapNode map) {
        var struct = Struct.newBuilder();
        for (var entry : map.effective()) {
            struct.putFields(entry.key(), value(entry.value()));
        }
        return struct.build();
    }

    private static ListValue list(ListNode list) {
        var values = ListValue.newBuilder();
        for (var item : list.items()) {
            values.addValues(value(item));
        }
        return values.build();
    }

    /** The members of {@code struct} as if they stood at {@code place}. */
    static List<Entry> entries(Struct struct, Place place) {
        List<Entry> entries = new ArrayList<>();
        struct.getFieldsMap()
                .forEach((name, value) -> entries.add(new Entry(name, place, node(value, place))));
        return entries;
    }

    private static SourceNode node(Value value, Place place) {
        return switch (value.getKindCase()) {
            case STRUCT_VALUE -> new MapNode(place, entries(value.getStructValue(), place));
            case LIST_VALUE ->
                    new ListNode(
                            place,
                            value.getListValue().getValuesList().stream()
                                    .map(item -> node(item, place))
                                    .toList());
            case STRING_VALUE -> new TextNode(place, value.getStringValue());
            case BOOL_VALUE -> new BoolNode(place, value.getBoolValue(), "" + value.getBoolValue());
            case NUMBER_VALUE ->
                    new NumberNode(place, new BigDecimal(value.getNumberValue()).toPlainString());
            case NULL_VALUE, KIND_NOT_SET -> new NullNode(place);
        };
    }
}
