package io.postern.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.re2j.Pattern;
import io.postern.config.model.Format;
import io.postern.config.model.Format.Literal;
import io.postern.config.model.Format.Operator;
import io.postern.sdk.HeaderName;
import io.postern.sdk.MessageValue;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes records in a stable form that reads like YAML; what is empty, null, zero or false is left
 * out. A name in brackets says which record of a sealed interface it is.
 */
final class ModelText {
    private final StringBuilder text = new StringBuilder();

    private ModelText() {}

    static String of(Record model) throws ReflectiveOperationException {
        var writer = new ModelText();
        writer.components(model, 0);
        return writer.text.toString();
    }

    private void components(Record model, int indent) throws ReflectiveOperationException {
        for (var component : model.getClass().getRecordComponents()) {
            var accessor = component.getAccessor();
            accessor.setAccessible(true);
            member(component.getName(), accessor.invoke(model), component.getType(), indent);
        }
    }

    private void member(String name, @Nullable Object value, Class<?> declared, int indent)
            throws ReflectiveOperationException {
        var scalar = scalar(value);
        if (scalar != null) {
            if (!scalar.isEmpty()) {
                line(indent, name + ": " + scalar);
            }
            return;
        }
        switch (value) {
            case MessageValue(_, var fields) -> member(name, fields, Map.class, indent);
            case Record model -> {
                line(indent, name + ":" + variant(model, declared));
                components(model, indent + 1);
            }
            case Map<?, ?> map -> {
                line(indent, name + ":");
                for (var entry : new TreeMap<>(map).entrySet()) {
                    member(entry.getKey().toString(), entry.getValue(), Object.class, indent + 1);
                }
            }
            case Collection<?> items -> {
                line(indent, name + ":");
                // a set has no order of its own, and another one in every process
                boolean sorted =
                        items instanceof Set && items.iterator().next() instanceof Comparable<?>;
                for (var item : sorted ? new TreeSet<>(items) : items) {
                    item(item, indent + 1);
                }
            }
            case null, default -> throw new AssertionError("no text for " + name + ": " + value);
        }
    }

    private void item(Object item, int indent) throws ReflectiveOperationException {
        var scalar = scalar(item);
        if (scalar != null) {
            line(indent, "- " + scalar);
        } else if (item instanceof Record model) {
            line(indent, "-" + variant(model, Object.class));
            components(model, indent + 1);
        } else {
            member("-", item, Object.class, indent);
        }
    }

    private static String variant(Record model, Class<?> declared) {
        return declared == model.getClass() ? "" : " [" + model.getClass().getSimpleName() + "]";
    }

    /** Null for what has parts; empty for what is not worth a line. */
    private static @Nullable String scalar(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case MessageValue(byte[] octets, _) when octets.length == 0 -> "";
            case Boolean bool -> bool ? "true" : "";
            case Integer number -> number == 0 ? "" : number.toString();
            case Number number -> number.toString();
            case String string -> string.isEmpty() ? "" : quoted(string);
            case Duration duration -> duration.isZero() ? "" : duration.toString();
            case byte[] octets -> octets.length == 0 ? "" : quoted(new String(octets, UTF_8));
            case HeaderName name -> name.toString();
            case Pattern pattern -> "/" + pattern.pattern() + "/";
            case Enum<?> constant -> constant.name();
            case Format format -> format(format);
            case Collection<?> items when items.isEmpty() -> "";
            case Collection<?> items when items.iterator().next() instanceof Enum<?> ->
                    new TreeSet<>(items).toString();
            case Map<?, ?> map when map.isEmpty() -> "";
            case Record model when isEmpty(model) -> "";
            default -> null;
        };
    }

    private static boolean isEmpty(Record model) {
        return model.equals(io.postern.config.model.Bootstrap.Dynamic.NONE)
                || model.equals(io.postern.config.model.HeaderMutations.none())
                || model.equals(io.postern.config.model.FilterOverrides.none())
                || model.equals(io.postern.config.model.RouterOptions.defaults())
                || model.equals(io.postern.config.model.HttpConnectionManager.LogTimes.END)
                || model.equals(io.postern.sdk.Metadata.none());
    }

    private static String quoted(String string) {
        return '"' + string.replace("\\", "\\\\").replace("\n", "\\n").replace("\"", "\\\"") + '"';
    }

    private static String format(Format format) {
        var written = new StringBuilder();
        for (var part : format.parts()) {
            switch (part) {
                case Literal(var octets) ->
                        written.append(new String(octets, UTF_8).replace("%", "%%"));
                case Operator(var name, var argument, int length) -> {
                    written.append('%').append(name);
                    written.append(argument.isEmpty() ? "" : "(" + argument + ")");
                    written.append(length < 0 ? "" : ":" + length).append('%');
                }
            }
        }
        return "format " + quoted(written.toString());
    }

    private void line(int indent, String line) {
        text.append("  ".repeat(indent)).append(line).append('\n');
    }
}
