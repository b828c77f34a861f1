package io.postern.filters.wasm.abi;

import io.postern.sdk.Metadata;
import io.postern.sdk.MetadataSource;
import io.postern.sdk.MetadataValue;
import io.postern.sdk.StreamInfo;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code metadata} and {@code xds.*_metadata}: a message of type Metadata, whose structs are maps
 * and whose lists have numbers for keys.
 *
 * <p>Source: {@code envoy.config.core.v3.Metadata}, {@code google.protobuf.Struct}; paths and
 * values as in {@code Context::getProperty} of Envoy.
 */
final class MetadataProperties {
    private static final String FILTERS = "filter_metadata";
    private static final String TYPED = "typed_filter_metadata";

    private MetadataProperties() {}

    /** {@code name} is what the {@code xds} group calls it. */
    static int xds(String name, String rest, StreamInfo info, ByteOutput value) {
        boolean routed = !info.virtualHostName().isEmpty();
        return switch (name) {
            case "listener_metadata" -> of(MetadataSource.LISTENER, true, rest, info, value);
            case "route_metadata" -> of(MetadataSource.ROUTE, routed, rest, info, value);
            case "virtual_host_metadata" ->
                    of(MetadataSource.VIRTUAL_HOST, routed, rest, info, value);
            case "cluster_metadata" ->
                    of(MetadataSource.CLUSTER, !info.clusterName().isEmpty(), rest, info, value);
            case "upstream_host_metadata" -> ofHost(rest, info, value);
            default -> Status.NOT_FOUND;
        };
    }

    // A message without fields is there, too, where what it belongs to is.
    private static int of(
            MetadataSource source,
            boolean isThere,
            String rest,
            StreamInfo info,
            ByteOutput value) {
        Metadata metadata = info.metadata(source);
        return isThere || !metadata.namespaces().isEmpty()
                ? find(metadata, rest, value)
                : Status.NOT_FOUND;
    }

    // A host without metadata has no message, in contrast to all others.
    private static int ofHost(String rest, StreamInfo info, ByteOutput value) {
        Metadata metadata = info.metadata(MetadataSource.UPSTREAM_HOST);
        if (!metadata.namespaces().isEmpty()) {
            return find(metadata, rest, value);
        }
        return info.upstreamAddress() != null && rest.isEmpty()
                ? Status.SERIALIZATION_FAILURE
                : Status.NOT_FOUND;
    }

    /** Finds the value at a path below the message; a {@link Status}. */
    static int find(Metadata metadata, String rest, ByteOutput value) {
        String[] path = rest.split("\0", -1);
        value.as(ValueType.MESSAGE);
        if (rest.isEmpty()) {
            metadata.namespaces()
                    .forEach(
                            (name, fields) -> entry(value, name, struct(new ByteOutput(), fields)));
            return Status.OK;
        }
        if (path[0].equals(TYPED) && path.length == 1) {
            value.putInt(0); // what needs types is not kept
            return Status.OK;
        }
        if (!path[0].equals(FILTERS)) {
            return Status.NOT_FOUND;
        }
        MetadataValue found = new MetadataValue.Struct(new LinkedHashMap<>(metadata.namespaces()));
        for (int i = 1; i < path.length && found != null; i++) {
            found = step(found, path[i]);
        }
        return found == null ? Status.NOT_FOUND : serialize(found, value);
    }

    private static @Nullable MetadataValue step(MetadataValue from, String key) {
        return switch (from) {
            case MetadataValue.Struct(var fields) -> fields.get(key);
            case MetadataValue.Items(var values) -> {
                int index = key.matches("[0-9]{1,8}") ? Integer.parseInt(key) : values.size();
                yield index < values.size() ? values.get(index) : null;
            }
            default -> null;
        };
    }

    // As a plugin gets it: maps and lists as pairs.

    private static int serialize(MetadataValue found, ByteOutput value) {
        return switch (found) {
            case MetadataValue.Null() -> Status.SERIALIZATION_FAILURE;
            case MetadataValue.Bool(boolean flag) -> Properties.bool(value, flag);
            case MetadataValue.Numeric(double number) -> {
                value.putLong(Double.doubleToRawLongBits(number)).as(ValueType.DOUBLE);
                yield Status.OK;
            }
            case MetadataValue.Text(String text) -> Properties.text(value, text);
            case MetadataValue.Struct(var fields) -> {
                var parts = new ArrayList<MetadataValue>(2 * fields.size());
                fields.forEach((name, field) -> {
                    parts.add(new MetadataValue.Text(name));
                    parts.add(field);
                });
                yield pairs(parts, value);
            }
            case MetadataValue.Items(var values) -> {
                var parts = new ArrayList<MetadataValue>(2 * values.size());
                for (MetadataValue item : values) {
                    parts.add(item);
                    parts.add(new MetadataValue.Text(""));
                }
                yield pairs(parts, value);
            }
        };
    }

    // Names and values in turn.
    private static int pairs(List<MetadataValue> parts, ByteOutput value) {
        var serialized = new ArrayList<ByteOutput>(parts.size());
        for (MetadataValue part : parts) {
            var one = new ByteOutput();
            int status = serialize(part, one);
            if (status != Status.OK) {
                return status;
            }
            serialized.add(one);
        }
        return joined(serialized, value);
    }

    /** A map or a list, of names and values in turn. */
    static int joined(List<ByteOutput> serialized, ByteOutput value) {
        value.as(ValueType.MESSAGE).putInt(serialized.size() / 2);
        for (ByteOutput part : serialized) {
            value.putInt(part.length());
        }
        for (ByteOutput part : serialized) {
            value.put(part.bytes(), 0, part.length()).put(0);
        }
        return Status.OK;
    }

    // The same as protobuf, for those who want the message.

    private static void entry(ByteOutput out, String key, ByteOutput value) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        var one = new ByteOutput();
        field(one, 1, name, name.length);
        field(one, 2, value.bytes(), value.length());
        field(out, 1, one.bytes(), one.length());
    }

    private static ByteOutput struct(ByteOutput out, MetadataValue.Struct struct) {
        struct.fields().forEach((name, value) -> entry(out, name, message(value)));
        return out;
    }

    // google.protobuf.Value
    private static ByteOutput message(MetadataValue value) {
        var out = new ByteOutput();
        switch (value) {
            case MetadataValue.Null() -> out.put(1 << 3).put(0);
            case MetadataValue.Numeric(double number) ->
                    out.put(2 << 3 | 1).putLong(Double.doubleToRawLongBits(number));
            case MetadataValue.Text(String text) -> {
                byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                field(out, 3, utf8, utf8.length);
            }
            case MetadataValue.Bool(boolean flag) -> out.put(4 << 3).put(flag ? 1 : 0);
            case MetadataValue.Struct struct -> {
                ByteOutput fields = struct(new ByteOutput(), struct);
                field(out, 5, fields.bytes(), fields.length());
            }
            case MetadataValue.Items(var values) -> {
                var list = new ByteOutput();
                for (MetadataValue item : values) {
                    ByteOutput one = message(item);
                    field(list, 1, one.bytes(), one.length());
                }
                field(out, 6, list.bytes(), list.length());
            }
        }
        return out;
    }

    private static void field(ByteOutput out, int number, byte[] content, int length) {
        Properties.field(out, number, length).put(content, 0, length);
    }
}
