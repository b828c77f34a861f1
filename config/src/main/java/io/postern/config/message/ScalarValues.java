package io.postern.config.message;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Nearest;
import io.postern.config.source.SourceNode;
import io.postern.config.source.SourceNode.BoolNode;
import io.postern.config.source.SourceNode.NumberNode;
import io.postern.config.source.SourceNode.TextNode;
import io.postern.config.source.Spot;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Scalars of the text as values of protobuf fields, with the leniencies of Envoy's parser. */
final class ScalarValues {
    /** What absl::SimpleAtob takes, in any case. */
    private static final Set<String> TRUE = Set.of("true", "t", "yes", "y", "1");

    private static final Set<String> FALSE = Set.of("false", "f", "no", "n", "0");

    private final Diagnostics diagnostics;

    ScalarValues(Diagnostics diagnostics) {
        this.diagnostics = diagnostics;
    }

    /** The value of {@code field}, or null after an error. */
    @Nullable Object read(SourceNode node, FieldDescriptor field, Spot spot) {
        return switch (field.getType()) {
            case STRING -> string(node, spot);
            case BYTES -> bytes(node, spot);
            case BOOL -> bool(node, spot);
            case ENUM -> enumValue(node, field.getEnumType(), spot);
            case DOUBLE -> floating(node, spot);
            case FLOAT -> {
                var value = floating(node, spot);
                yield value == null ? null : (Object) value.floatValue();
            }
            case INT32, SINT32, SFIXED32 ->
                    narrow(integer(node, Integer.MIN_VALUE, Integer.MAX_VALUE, spot));
            case UINT32, FIXED32 -> narrow(integer(node, 0, 0xFFFF_FFFFL, spot));
            case INT64, SINT64, SFIXED64 -> integer(node, Long.MIN_VALUE, Long.MAX_VALUE, spot);
            case UINT64, FIXED64 -> integer(node, 0, Long.MAX_VALUE, spot);
            case MESSAGE, GROUP -> throw new IllegalStateException("bug: not a scalar: " + field);
        };
    }

    Diagnostics diagnostics() {
        return diagnostics;
    }

    private static @Nullable Object narrow(@Nullable Long value) {
        return value == null ? null : (Object) value.intValue();
    }

    @Nullable String string(SourceNode node, Spot spot) {
        if (node instanceof TextNode text) {
            return text.text();
        }
        var cure =
                switch (node) {
                    case NumberNode number -> "write \"" + number.text() + "\" in quotes";
                    case BoolNode bool -> "write \"" + bool.written() + "\" in quotes" + why(bool);
                    default -> "";
                };
        diagnostics.error(spot, node.described() + " (expected: a text)", cure);
        return null;
    }

    private static String why(BoolNode bool) {
        return bool.written().equalsIgnoreCase(String.valueOf(bool.value()))
                ? ""
                : ": YAML 1.1 reads y, n, yes, no, on and off as booleans";
    }

    private @Nullable ByteString bytes(SourceNode node, Spot spot) {
        if (node instanceof TextNode text) {
            try {
                var standard = text.text().replace('-', '+').replace('_', '/');
                return ByteString.copyFrom(Base64.getDecoder().decode(standard));
            } catch (IllegalArgumentException e) {
                diagnostics.error(spot, "not base64: " + e.getMessage(), "encode it with base64");
                return null;
            }
        }
        diagnostics.error(spot, node.described() + " (expected: bytes in base64)");
        return null;
    }

    private @Nullable Boolean bool(SourceNode node, Spot spot) {
        if (node instanceof BoolNode bool) {
            return bool.value();
        }
        if (node instanceof TextNode text) {
            var lower = text.text().toLowerCase(Locale.ROOT);
            if (TRUE.contains(lower)) {
                return true;
            }
            if (FALSE.contains(lower)) {
                return false;
            }
        }
        diagnostics.error(spot, node.described() + " (expected: true or false)");
        return null;
    }

    private @Nullable EnumValueDescriptor enumValue(
            SourceNode node, EnumDescriptor type, Spot spot) {
        if (node instanceof TextNode text) {
            var value = type.findValueByName(text.text());
            if (value == null) {
                value = type.findValueByName(text.text().toUpperCase(Locale.ROOT));
            }
            if (value != null) {
                return value;
            }
        }
        var digits =
                switch (node) {
                    case NumberNode number -> number.text();
                    case TextNode text -> text.text();
                    default -> "";
                };
        if (!digits.isEmpty() && Numbers.isInteger(digits)) {
            return type.findValueByNumberCreatingIfUnknown(Integer.parseInt(digits));
        }
        List<String> names = type.getValues().stream().map(EnumValueDescriptor::getName).toList();
        var written = node instanceof TextNode text ? text.text() : "";
        diagnostics.error(
                spot,
                node.described() + " (expected: one of " + String.join(", ", names) + ")",
                Nearest.cure(written, names));
        return null;
    }

    private @Nullable Double floating(SourceNode node, Spot spot) {
        var value = Numbers.floating(digits(node));
        if (value == null) {
            diagnostics.error(spot, node.described() + " (expected: a number)");
        }
        return value;
    }

    private @Nullable Long integer(SourceNode node, long min, long max, Spot spot) {
        var digits = digits(node);
        if (Numbers.isInteger(digits)) { // nearly all, and without BigDecimal's slow start
            return inRange(Long.parseLong(digits), min, max, spot);
        }
        var value = Numbers.decimal(digits);
        if (value == null) {
            diagnostics.error(spot, node.described() + " (expected: a whole number)");
            return null;
        }
        if (value.stripTrailingZeros().scale() > 0) {
            diagnostics.error(spot, digits + " (expected: a number without a fraction)");
            return null;
        }
        if (value.compareTo(java.math.BigDecimal.valueOf(min)) < 0
                || value.compareTo(java.math.BigDecimal.valueOf(max)) > 0) {
            outOfRange(digits, min, max, spot);
            return null;
        }
        return value.longValueExact();
    }

    private @Nullable Long inRange(long value, long min, long max, Spot spot) {
        if (value < min || value > max) {
            outOfRange(String.valueOf(value), min, max, spot);
            return null;
        }
        return value;
    }

    private void outOfRange(String digits, long min, long max, Spot spot) {
        diagnostics.error(spot, digits + " (expected: " + min + " to " + max + ")");
    }

    private static String digits(SourceNode node) {
        return switch (node) {
            case NumberNode number -> number.text();
            case TextNode text -> text.text();
            default -> "";
        };
    }
}
