package io.postern.config.envoy;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.postern.config.envoy.MessageSupport.Support;
import io.postern.config.message.MessageTypes;
import io.postern.config.message.MessageWalk;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Spot;
import io.postern.config.source.TypedStructs;
import java.util.Map;

/** Refuses, or warns about, whatever is set and not read by a translator. */
final class SupportCheck implements MessageWalk.Visitor {
    /** Said about some of the fields that people use most and that are still to come. */
    private static final Map<String, String> CURES =
            Map.of("remote", "download the code and name it in local.filename");

    private final SupportTable table;
    private final Diagnostics diagnostics;

    SupportCheck(SupportTable table, Diagnostics diagnostics) {
        this.table = table;
        this.diagnostics = diagnostics;
    }

    @Override
    public boolean enter(Message message, Spot spot) {
        var type = message.getDescriptorForType().getFullName();
        if (table.of(type) == null) {
            diagnostics.error(spot, "not supported yet: messages of the type " + type);
            return false;
        }
        return true;
    }

    @Override
    public boolean enterField(Message message, FieldDescriptor field, Spot spot) {
        var type = message.getDescriptorForType().getFullName();
        var declared = table.of(type);
        var support = declared == null ? null : declared.fields().get(field.getName());
        return switch (support) {
            case Support.Read(_) -> true;
            case Support.Opaque() -> false;
            case null -> {
                diagnostics.error(
                        spot,
                        "not supported yet: " + field.getName() + " of " + type,
                        CURES.getOrDefault(field.getName(), "remove it if you can do without"));
                yield false;
            }
            case Support.Accepted(var reason) -> {
                diagnostics.warning(spot, field.getName() + " has no effect: " + reason, "");
                yield false;
            }
            case Support.Only(var value) -> {
                if (!text(message.getField(field)).equals(value)) {
                    diagnostics.error(
                            spot,
                            "not supported yet: " + field.getName() + " other than " + value,
                            "remove it if you can do without");
                }
                yield false;
            }
        };
    }

    private static String text(Object value) {
        if (value instanceof Message wrapper) {
            var field = wrapper.getDescriptorForType().findFieldByNumber(1);
            return String.valueOf(wrapper.getField(field));
        }
        return String.valueOf(value);
    }

    @Override
    public boolean enterAny(Message owner, String typeUrl, Spot spot) {
        var type = MessageTypes.nameOf(typeUrl);
        if (table.of(type) != null) {
            return true;
        }
        if (isOptional(owner)) {
            diagnostics.warning(
                    spot, "left out, as is_optional allows: " + type + " is not supported yet", "");
            return false;
        }
        if (TypedStructs.isName(type)) {
            diagnostics.error(
                    spot.key("@type"),
                    "a TypedStruct without type_url (expected: which message its value is)",
                    "add type_url: " + MessageTypes.URL_PREFIX + "…");
            return false;
        }
        var canBeOptional = owner.getDescriptorForType().findFieldByName("is_optional") != null;
        diagnostics.error(
                spot.key("@type"),
                "not supported yet: " + typeUrl,
                canBeOptional
                        ? "set is_optional: true where requests may pass without it"
                        : "docs/envoy-compat.md lists what is supported");
        return false;
    }

    private static boolean isOptional(Message owner) {
        var field = owner.getDescriptorForType().findFieldByName("is_optional");
        return field != null && Boolean.TRUE.equals(owner.getField(field));
    }
}
