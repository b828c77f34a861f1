package io.postern.filters.wasm.abi;

import io.postern.filters.wasm.engine.GuestMemory;
import io.postern.filters.wasm.engine.HostFunctions;
import io.postern.sdk.HeaderMap;
import org.jspecify.annotations.Nullable;

/** {@code proxy_*_header_map_*}: header and trailer maps. */
final class HeaderCalls {
    private static final int LAST_TYPE = 7;

    private HeaderCalls() {}

    static void offer(HostFunctions<GuestHost> functions) {
        functions
                .add("env", "proxy_get_header_map_value", "iiiii>i", HeaderCalls::get)
                .add("env", "proxy_add_header_map_value", "iiiii>i", HeaderCalls::add)
                .add("env", "proxy_replace_header_map_value", "iiiii>i", HeaderCalls::replace)
                .add("env", "proxy_remove_header_map_value", "iii>i", HeaderCalls::remove)
                .add("env", "proxy_get_header_map_pairs", "iii>i", HeaderCalls::getPairs)
                .add("env", "proxy_set_header_map_pairs", "iii>i", HeaderCalls::setPairs)
                .add("env", "proxy_get_header_map_size", "ii>i", HeaderCalls::size);
    }

    private static int get(GuestHost host, long[] args) {
        int name = (int) args[1];
        int nameLength = (int) args[2];
        if (unknown((int) args[0])) {
            return Status.BAD_ARGUMENT;
        }
        GuestMemory memory = host.memory();
        if (!memory.has(name, nameLength)) {
            return Status.INVALID_MEMORY_ACCESS;
        }
        HeaderMap map = host.context().readableMap((int) args[0]);
        if (map == null && !host.context().isLogging()) {
            return Status.BAD_ARGUMENT;
        }
        int pointerAt = (int) args[3];
        int sizeAt = (int) args[4];
        int line = map == null ? -1 : map.indexOf(memory.array(), name, nameLength, 0);
        if (map == null || line < 0) {
            return host.abi() == AbiVersion.V0_1_0
                    ? Results.givePointer(memory, 0, 0, pointerAt, sizeAt)
                    : Status.NOT_FOUND;
        }
        return Results.give(
                host, map.octets(), map.valueStart(line), map.valueLength(line), pointerAt, sizeAt);
    }

    private static int add(GuestHost host, long[] args) {
        return change(host, args, false);
    }

    private static int replace(GuestHost host, long[] args) {
        return change(host, args, true);
    }

    private static int change(GuestHost host, long[] args, boolean replace) {
        int type = (int) args[0];
        int name = (int) args[1];
        int nameLength = (int) args[2];
        int value = (int) args[3];
        int valueLength = (int) args[4];
        if (unknown(type)) {
            return Status.BAD_ARGUMENT;
        }
        GuestMemory memory = host.memory();
        if (!memory.has(name, nameLength) || !memory.has(value, valueLength)) {
            return Status.INVALID_MEMORY_ACCESS;
        }
        HeaderMap map = host.context().writableMap(type);
        byte[] bytes = memory.array();
        if (map == null
                || !HeaderText.isName(bytes, name, nameLength)
                || !HeaderText.isValue(bytes, value, valueLength)) {
            return Status.BAD_ARGUMENT;
        }
        if (bytes[name] == ':') {
            PseudoHeaders.set(map, bytes, name, nameLength, value, valueLength);
        } else if (replace) {
            map.set(bytes, name, nameLength, bytes, value, valueLength);
        } else {
            map.add(bytes, name, nameLength, bytes, value, valueLength);
        }
        return changed(host, type);
    }

    private static int remove(GuestHost host, long[] args) {
        int type = (int) args[0];
        int name = (int) args[1];
        int nameLength = (int) args[2];
        if (unknown(type)) {
            return Status.BAD_ARGUMENT;
        }
        GuestMemory memory = host.memory();
        if (!memory.has(name, nameLength)) {
            return Status.INVALID_MEMORY_ACCESS;
        }
        HeaderMap map = host.context().writableMap(type);
        if (map == null) {
            return Status.BAD_ARGUMENT;
        }
        map.remove(memory.array(), name, nameLength);
        return changed(host, type);
    }

    private static int getPairs(GuestHost host, long[] args) {
        if (unknown((int) args[0])) {
            return Status.BAD_ARGUMENT;
        }
        HeaderMap map = host.context().readableMap((int) args[0]);
        if (map == null) { // as in Envoy: no map reads as an empty one
            return Results.givePointer(host.memory(), 0, 0, (int) args[1], (int) args[2]);
        }
        return Pairs.give(host, map, (int) args[1], (int) args[2]);
    }

    private static int setPairs(GuestHost host, long[] args) {
        int type = (int) args[0];
        if (unknown(type)) {
            return Status.BAD_ARGUMENT;
        }
        if (!host.memory().has((int) args[1], (int) args[2])) {
            return Status.INVALID_MEMORY_ACCESS;
        }
        HeaderMap map = host.context().writableMap(type);
        HeaderMap wanted = pairs(host, (int) args[1], (int) args[2]);
        if (map == null || wanted == null) {
            return Status.BAD_ARGUMENT;
        }
        map.clear();
        PseudoHeaders.copy(wanted, map, true);
        PseudoHeaders.copy(wanted, map, false);
        return changed(host, type);
    }

    private static int size(GuestHost host, long[] args) {
        if (unknown((int) args[0])) {
            return Status.BAD_ARGUMENT;
        }
        HeaderMap map = host.context().writableMap((int) args[0]);
        return map == null
                ? Status.BAD_ARGUMENT
                : Results.giveInt(host, map.octetCount(), (int) args[1]);
    }

    /** Reads pairs from guest memory that has been checked; null when they are malformed. */
    static @Nullable HeaderMap pairs(GuestHost host, int address, int size) {
        var map = new HeaderMap(Math.max(64, Math.min(size, 4096)));
        return Pairs.read(host.memory(), address, size, map) ? map : null;
    }

    private static int changed(GuestHost host, int type) {
        if (type == MapType.REQUEST_HEADERS) {
            host.context().clearRouteCache();
        }
        return Status.OK;
    }

    private static boolean unknown(int type) {
        return type < 0 || type > LAST_TYPE;
    }
}
