package io.postern.core.format;

import io.postern.config.model.Format;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object whose values are formats, maps, lists or literals. A value that is one operator
 * keeps its type: numbers stand without quotes, and what is missing is null. Thread-safe:
 * immutable.
 *
 * <p>Source: {@code envoy.config.core.v3.SubstitutionFormatString.json_format}.
 */
public final class JsonFormat {
    private final Node root;

    private JsonFormat(Node root) {
        this.root = root;
    }

    /**
     * Compiles an object.
     *
     * @param omitEmpty fields without a value are left out
     * @throws IllegalArgumentException for an unknown operator or a value of another type
     */
    public static JsonFormat compile(
            Map<String, ? extends @Nullable Object> fields,
            FormatEnvironment environment,
            boolean omitEmpty,
            boolean sort) {
        return new JsonFormat(new Compiler(environment, omitEmpty, sort).object(fields));
    }

    /** Appends the object, without a line end. */
    public void write(StreamView view, OctetBuffer out) {
        root.write(view, out);
    }

    /** Writes a value; false, and nothing appended, when it is to be left out. */
    @FunctionalInterface
    private interface Node {
        boolean write(StreamView view, OctetBuffer out);
    }

    private record Compiler(FormatEnvironment environment, boolean omitEmpty, boolean sort) {
        Node object(Map<?, ? extends @Nullable Object> fields) {
            Map<String, @Nullable Object> ordered = sort ? new TreeMap<>() : null;
            List<byte[]> names = new ArrayList<>();
            List<Node> values = new ArrayList<>();
            if (ordered != null) {
                fields.forEach((name, value) -> ordered.put(String.valueOf(name), value));
            }
            Map<?, ? extends @Nullable Object> from = ordered == null ? fields : ordered;
            from.forEach((name, value) -> {
                names.add(name(String.valueOf(name)));
                values.add(node(value));
            });
            return (view, out) -> {
                writeObject(names, values, view, out);
                return true;
            };
        }

        private static void writeObject(
                List<byte[]> names, List<Node> values, StreamView view, OctetBuffer out) {
            out.append('{');
            boolean first = true;
            for (int i = 0; i < values.size(); i++) {
                int mark = out.length();
                if (!first) {
                    out.append(',');
                }
                out.append(names.get(i));
                if (values.get(i).write(view, out)) {
                    first = false;
                } else {
                    out.truncate(mark);
                }
            }
            out.append('}');
        }

        private Node list(List<?> elements) {
            List<Node> nodes = elements.stream().map(this::node).toList();
            return (view, out) -> {
                out.append('[');
                boolean first = true;
                for (Node node : nodes) {
                    int mark = out.length();
                    if (!first) {
                        out.append(',');
                    }
                    if (node.write(view, out)) {
                        first = false;
                    } else {
                        out.truncate(mark);
                    }
                }
                out.append(']');
                return true;
            };
        }

        private Node node(@Nullable Object value) {
            return switch (value) {
                case null -> literal("null");
                case Format format -> format(format);
                case Map<?, ?> map -> object(map);
                case List<?> list -> list(list);
                case Boolean truth -> literal(truth.toString());
                case Double number when number == Math.rint(number) && Math.abs(number) < 1e15 ->
                        literal(Long.toString(number.longValue()));
                case Number number -> literal(number.toString());
                case String text -> text(text.getBytes(StandardCharsets.UTF_8));
                default ->
                        throw new IllegalArgumentException(
                                "JSON format: "
                                        + value.getClass().getSimpleName()
                                        + " (expected: a format, map, list, text, number, truth or"
                                        + " null)");
            };
        }

        private Node format(Format format) {
            var compiled = CompiledFormat.compile(format, environment, omitEmpty);
            Operator single = compiled.single();
            if (single != null) {
                return single(single, compiled.singleMaxLength());
            }
            byte[] constant = compiled.constant();
            if (constant != null) {
                return text(constant);
            }
            return (view, out) -> {
                out.append('"');
                compiled.writeEscaped(view, new OctetBuffer(), out);
                out.append('"');
                return true;
            };
        }

        private Node single(Operator operator, int maxLength) {
            return (view, out) -> operator.writeJson(view, maxLength, out) || missing(out);
        }

        private boolean missing(OctetBuffer out) {
            if (omitEmpty) {
                return false;
            }
            out.appendLatin1("null");
            return true;
        }

        private static byte[] name(String name) {
            var out = new OctetBuffer();
            byte[] octets = name.getBytes(StandardCharsets.UTF_8);
            JsonText.quote(octets, 0, octets.length, out);
            out.append(':');
            return out.toOctets();
        }

        private static Node literal(String text) {
            return (_, out) -> {
                out.appendLatin1(text);
                return true;
            };
        }

        private static Node text(byte[] octets) {
            var out = new OctetBuffer();
            JsonText.quote(octets, 0, octets.length, out);
            byte[] quoted = out.toOctets();
            return (_, target) -> {
                target.append(quoted);
                return true;
            };
        }
    }
}
