package io.postern.filters.wasm.abi;

import io.postern.filters.wasm.engine.GuestMemory;
import io.postern.filters.wasm.engine.HostFunctions;
import io.postern.sdk.Body;

/** {@code proxy_*_buffer_*}: bodies and configuration. */
final class BufferCalls {

    private BufferCalls() {}

    static void offer(HostFunctions<GuestHost> functions) {
        functions
                .add("env", "proxy_get_buffer_bytes", "iiiii>i", BufferCalls::get)
                .add("env", "proxy_set_buffer_bytes", "iiiii>i", BufferCalls::set)
                .add("env", "proxy_get_buffer_status", "iii>i", BufferCalls::status)
                .add("env", "proxy_get_configuration", "ii>i", BufferCalls::configuration);
    }

    private static int get(GuestHost host, long[] args) {
        int type = (int) args[0];
        if (unknown(host, type)) {
            return Status.BAD_ARGUMENT;
        }
        Body buffer = host.context().buffer(type);
        if (buffer == null) {
            return Status.NOT_FOUND;
        }
        long start = Integer.toUnsignedLong((int) args[1]);
        long length = Integer.toUnsignedLong((int) args[2]);
        long available = Math.max(0, Math.min(length, buffer.length() - start));
        return give(host, buffer, (int) start, (int) available, (int) args[3], (int) args[4]);
    }

    private static int give(
            GuestHost host, Body buffer, int start, int length, int pointerAt, int sizeAt) {
        int address = 0;
        if (length > 0) {
            address = host.allocate(length);
            if (address == 0 || !host.memory().has(address, length)) {
                return Status.INVALID_MEMORY_ACCESS;
            }
            buffer.copyTo(start, host.memory().array(), address, length);
        }
        return Results.givePointer(host.memory(), address, length, pointerAt, sizeAt);
    }

    private static int set(GuestHost host, long[] args) {
        int type = (int) args[0];
        if (unknown(host, type)) {
            return Status.BAD_ARGUMENT;
        }
        Body buffer = host.context().buffer(type);
        if (buffer == null) {
            return Status.NOT_FOUND;
        }
        GuestMemory memory = host.memory();
        int data = (int) args[3];
        int size = (int) args[4];
        if (!memory.has(data, size)) {
            return Status.INVALID_MEMORY_ACCESS;
        }
        if (Buffers.isFixed(buffer)) {
            return Status.BAD_ARGUMENT;
        }
        return replace(buffer, (int) args[1], (int) args[2], memory.array(), data, size);
    }

    // Envoy: at 0 it replaces or prepends, at or after the end it appends, in between it refuses.
    private static int replace(
            Body buffer, int start, int length, byte[] source, int offset, int count) {
        int have = buffer.length();
        if (start == 0) {
            int replaced = Integer.compareUnsigned(length, have) > 0 ? have : length;
            buffer.replace(0, replaced, source, offset, count);
            return Status.OK;
        }
        if (Integer.compareUnsigned(start, have) >= 0) {
            buffer.replace(have, 0, source, offset, count);
            return Status.OK;
        }
        return Status.BAD_ARGUMENT;
    }

    private static int status(GuestHost host, long[] args) {
        int type = (int) args[0];
        if (unknown(host, type)) {
            return Status.BAD_ARGUMENT;
        }
        Body buffer = host.context().buffer(type);
        if (buffer == null) {
            return Status.NOT_FOUND;
        }
        return Results.givePointer(host.memory(), buffer.length(), 0, (int) args[1], (int) args[2]);
    }

    // ABI 0.1.0: the plugin's configuration while it is configured, the VM's otherwise.
    private static int configuration(GuestHost host, long[] args) {
        Body plugin = host.context().buffer(BufferType.PLUGIN_CONFIGURATION);
        Body buffer = plugin == null ? host.context().buffer(BufferType.VM_CONFIGURATION) : plugin;
        return buffer == null
                ? Status.NOT_FOUND
                : give(host, buffer, 0, buffer.length(), (int) args[0], (int) args[1]);
    }

    private static boolean unknown(GuestHost host, int type) {
        int last =
                host.abi() == AbiVersion.V0_2_100 ? BufferType.REDIS_REPLY : BufferType.CALL_DATA;
        return type < 0 || type > last;
    }
}
