package io.postern.config.envoy;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.postern.config.source.JsonText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes a Struct as JSON without blanks, members in the order of the configuration. */
final class StructJson {
    private StructJson() {}

    static String write(Struct struct) {
        var json = new StringBuilder();
        write(struct, json);
        return json.toString();
    }

    /** The members by name, their values as JSON. */
    static Map<String, String> members(Struct struct) {
        var members = new HashMap<String, String>();
        struct.getFieldsMap().forEach((name, value) -> members.put(name, of(value)));
        return members;
    }

    /** The members that are lists by name, the values in them as JSON. */
    static Map<String, List<String>> lists(Struct struct) {
        var lists = new HashMap<String, List<String>>();
        struct.getFieldsMap()
                .forEach((name, value) -> {
                    if (value.hasListValue()) {
                        lists.put(
                                name,
                                value.getListValue().getValuesList().stream()
                                        .map(StructJson::of)
                                        .toList());
                    }
                });
        return lists;
    }

    private static String of(Value value) {
        var json = new StringBuilder();
        write(value, json);
        return json.toString();
    }

    private static void write(Struct struct, StringBuilder json) {
        json.append('{');
        struct.getFieldsMap()
                .forEach((name, value) -> {
                    comma(json, '{');
                    JsonText.quote(name, json);
                    json.append(':');
                    write(value, json);
                });
        json.append('}');
    }

    private static void write(Value value, StringBuilder json) {
        switch (value.getKindCase()) {
            case STRUCT_VALUE -> write(value.getStructValue(), json);
            case LIST_VALUE -> {
                json.append('[');
                for (var item : value.getListValue().getValuesList()) {
                    comma(json, '[');
                    write(item, json);
                }
                json.append(']');
            }
            case STRING_VALUE -> JsonText.quote(value.getStringValue(), json);
            case BOOL_VALUE -> json.append(value.getBoolValue());
            case NUMBER_VALUE -> number(value.getNumberValue(), json);
            case NULL_VALUE, KIND_NOT_SET -> json.append("null");
        }
    }

    private static void number(double number, StringBuilder json) {
        if (number == Math.rint(number) && Math.abs(number) < 1e15) {
            json.append((long) number);
        } else {
            json.append(number);
        }
    }

    private static void comma(StringBuilder json, char opening) {
        if (json.charAt(json.length() - 1) != opening) {
            json.append(',');
        }
    }
}
