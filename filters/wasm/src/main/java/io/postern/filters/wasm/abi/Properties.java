package io.postern.filters.wasm.abi;

import io.postern.sdk.FilterScope;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.StreamInfo;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The properties a plugin can read, by path; path elements are separated by NUL. Values are as
 * Envoy serialises them: text as bytes, integers and times as 8 bytes little-endian (times in
 * nanoseconds), booleans as one byte, maps as pairs, messages as protobuf.
 *
 * <p>Source: Envoy's CEL attributes ({@code source/extensions/filters/common/expr/context.cc}).
 */
final class Properties {
    /** Where a plugin's own properties are kept in the stream's filter state. */
    static final String STATE_PREFIX = "wasm.";

    private static final int INBOUND = 1;
    private static final int UNSPECIFIED = 0;
    private static final char SEPARATOR = '\0';

    private Properties() {}

    /** Finds a value; a {@link Status}. */
    static int find(String path, GuestHost host, ByteOutput value) {
        CallContext context = host.context();
        int end = path.indexOf(SEPARATOR);
        String top = end < 0 ? path : path.substring(0, end);
        String rest = end < 0 ? "" : path.substring(end + 1);
        if (path.isEmpty()) {
            return Status.SERIALIZATION_FAILURE;
        }
        if (rest.endsWith("\0")) { // as some SDKs end a path
            rest = rest.substring(0, rest.length() - 1);
        }
        StreamInfo info = context.streamInfo();
        return switch (top) {
            case "plugin_name" -> whole(rest, context.plugin().name(), value);
            case "plugin_root_id" -> whole(rest, context.plugin().rootId(), value);
            case "plugin_vm_id" -> whole(rest, context.plugin().vmId(), value);
            case "plugin_vm_memory" -> // of the 0.2.100 dialect
                    number(value, host.memory().size());
            case "node",
                    "listener_direction",
                    "route_name",
                    "cluster_name",
                    "listener_metadata",
                    "route_metadata",
                    "cluster_metadata",
                    "upstream_host_metadata" ->
                    host.abi() == AbiVersion.V0_2_100
                            ? xds(path, context.plugin(), info, value)
                            : Status.NOT_FOUND; // as in Envoy: they are under xds
            default -> info == null ? Status.NOT_FOUND : stream(top, rest, context, info, value);
        };
    }

    // A text has no parts.
    private static int whole(String rest, String text, ByteOutput value) {
        return rest.isEmpty() ? text(value, text) : Status.NOT_FOUND;
    }

    private static int stream(
            String top, String rest, CallContext context, StreamInfo info, ByteOutput value) {
        return switch (top) {
            case "request" -> RequestProperties.find(rest, context, info, value);
            case "response" -> ResponseProperties.find(rest, context, info, value);
            case "connection" -> ConnectionProperties.find(rest, info, value);
            case "connection_id" -> unsigned(value, info.connectionId());
            case "upstream" -> ConnectionProperties.upstream(rest, context, info, value);
            case "source" -> ConnectionProperties.peer(rest, info.remoteAddress(), value);
            case "destination" -> ConnectionProperties.peer(rest, info.localAddress(), value);
            case "xds" -> xds(rest, context.plugin(), info, value);
            case "filter_state" -> state(info, rest, value);
            case "upstream_filter_state" -> // nothing is kept for connections to upstreams
                    rest.isEmpty() && info.attemptCount() > 0
                            ? Status.SERIALIZATION_FAILURE
                            : Status.NOT_FOUND;
            case "metadata" -> MetadataProperties.find(info.dynamicMetadata(), rest, value);
            case "trace" -> Tracing.property(rest, context.trace(), value);
            default -> rest.isEmpty() ? state(info, STATE_PREFIX + top, value) : Status.NOT_FOUND;
        };
    }

    private static int xds(
            String rest, PluginIdentity plugin, @Nullable StreamInfo info, ByteOutput value) {
        if (rest.equals("node") || rest.startsWith("node\0")) {
            return node(rest.length() > 5 ? rest.substring(5) : "", plugin, value);
        }
        if (rest.equals("listener_direction")) {
            return number(value, direction(plugin));
        }
        return info == null ? Status.NOT_FOUND : xds(rest, info, value);
    }

    private static int xds(String rest, StreamInfo info, ByteOutput value) {
        return switch (rest) {
            case "" -> Status.SERIALIZATION_FAILURE;
            case "cluster_name" -> nonEmpty(value, info.clusterName());
            case "route_name" -> text(value, info.routeName());
            case "virtual_host_name" -> nonEmpty(value, info.virtualHostName());
            case "filter_chain_name" -> text(value, info.filterChainName());
            default -> {
                int end = rest.indexOf(SEPARATOR);
                yield MetadataProperties.xds(
                        end < 0 ? rest : rest.substring(0, end),
                        end < 0 ? "" : rest.substring(end + 1),
                        info,
                        value);
            }
        };
    }

    // The flags of the command line may have other names than the configuration.
    private static int node(String path, PluginIdentity plugin, ByteOutput value) {
        FilterScope scope = plugin.scope();
        return switch (path) {
            case "" -> {
                MessageProperties.find(scope.node(), "", value);
                message(value, 1, scope.nodeId());
                message(value, 2, scope.nodeCluster());
                yield Status.OK;
            }
            case "id" -> text(value, scope.nodeId());
            case "cluster" -> text(value, scope.nodeCluster());
            default -> MessageProperties.find(scope.node(), path, value);
        };
    }

    /** A field of protobuf, unless it is empty; the last one of a number counts. */
    static void message(ByteOutput value, int field, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > 0) {
            field(value, field, utf8.length).put(utf8, 0, utf8.length);
        }
    }

    /** The head of a field of protobuf that is as long as it says. */
    static ByteOutput field(ByteOutput value, int number, int length) {
        value.put((number << 3) | 2);
        int left = length;
        for (; left > 127; left >>>= 7) {
            value.put((left & 127) | 128);
        }
        return value.put(left);
    }

    private static int direction(PluginIdentity plugin) {
        return plugin.scope().listenerInbound() ? INBOUND : UNSPECIFIED;
    }

    private static int state(StreamInfo info, String key, ByteOutput value) {
        if (key.isEmpty()) {
            return Status.SERIALIZATION_FAILURE;
        }
        byte[] state = info.filterState().get(key);
        return state == null ? Status.NOT_FOUND : bytes(value, state, 0, state.length);
    }

    // What the groups share.

    static int text(ByteOutput value, String text) {
        value.put(text).as(ValueType.TEXT);
        return Status.OK;
    }

    static int nonEmpty(ByteOutput value, String text) {
        return text.isEmpty() ? Status.NOT_FOUND : text(value, text);
    }

    static int number(ByteOutput value, long number) {
        value.putLong(number).as(ValueType.NUMBER);
        return Status.OK;
    }

    static int unsigned(ByteOutput value, long number) {
        value.putLong(number).as(ValueType.UNSIGNED);
        return Status.OK;
    }

    static int time(ByteOutput value, long epochNanos) {
        value.putLong(epochNanos).as(ValueType.TIME);
        return Status.OK;
    }

    static int bool(ByteOutput value, boolean flag) {
        value.put(flag ? 1 : 0).as(ValueType.FLAG);
        return Status.OK;
    }

    static int nanos(ByteOutput value, long nanos) {
        if (nanos < 0) {
            return Status.NOT_FOUND;
        }
        value.putLong(nanos).as(ValueType.DURATION);
        return Status.OK;
    }

    static int bytes(ByteOutput value, byte[] source, int offset, int length) {
        value.put(source, offset, length);
        return Status.OK;
    }

    /** All values of a header, joined by commas; NOT_FOUND when there is none. */
    static int header(@Nullable HeaderMap map, String name, ByteOutput value) {
        if (map == null) {
            return Status.NOT_FOUND;
        }
        value.as(ValueType.TEXT);
        byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
        int line = map.indexOf(wanted, 0, wanted.length, 0);
        if (line < 0) {
            return Status.NOT_FOUND;
        }
        while (true) {
            value.put(map.octets(), map.valueStart(line), map.valueLength(line));
            line = map.indexOf(wanted, 0, wanted.length, line + 1);
            if (line < 0) {
                return Status.OK;
            }
            value.put(',');
        }
    }

    /** A whole map as pairs; each name once, with its values joined. */
    static int headers(@Nullable HeaderMap map, ByteOutput value) {
        var merged = new HeaderMap();
        if (map != null) {
            var joined = new ByteOutput();
            for (int i = 0; i < map.size(); i++) {
                String name = map.name(i);
                header(map, name, joined.clear());
                byte[] octets = map.octets();
                merged.set(
                        octets,
                        map.nameStart(i),
                        map.nameLength(i),
                        joined.bytes(),
                        0,
                        joined.length());
            }
        }
        value.as(ValueType.PAIRS).putInt(merged.size());
        for (int i = 0; i < merged.size(); i++) {
            value.putInt(merged.nameLength(i)).putInt(merged.valueLength(i));
        }
        for (int i = 0; i < merged.size(); i++) {
            value.put(merged.octets(), merged.nameStart(i), merged.nameLength(i)).put(0);
            value.put(merged.octets(), merged.valueStart(i), merged.valueLength(i)).put(0);
        }
        return Status.OK;
    }
}
