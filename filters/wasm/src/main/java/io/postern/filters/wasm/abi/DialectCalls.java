package io.postern.filters.wasm.abi;

import io.postern.filters.wasm.engine.GuestMemory;
import io.postern.filters.wasm.engine.HostFunctions;
import java.util.Arrays;

/**
 * What the 0.2.100 dialect adds to the ABI: Redis calls; what it has for choosing upstream hosts
 * and injecting data links, too, and answers {@link Status#UNIMPLEMENTED}.
 */
final class DialectCalls {
    private DialectCalls() {}

    static void offer(HostFunctions<GuestHost> functions) {
        functions
                .add("env", "proxy_redis_init", "iiiiiii>i", DialectCalls::redisInit)
                .add("env", "proxy_redis_call", "iiiii>i", DialectCalls::redisCall)
                .add("env", "proxy_get_upstream_hosts", "ii>i", DialectCalls::unimplemented)
                .add("env", "proxy_set_upstream_override_host", "ii>i", DialectCalls::unimplemented)
                .add(
                        "env",
                        "proxy_inject_encoded_data_to_filter_chain",
                        "iii>i",
                        DialectCalls::unimplemented);
    }

    private static int unimplemented(GuestHost host, long[] args) {
        return Status.UNIMPLEMENTED;
    }

    private static int redisInit(GuestHost host, long[] args) {
        GuestMemory memory = host.memory();
        for (int pair = 0; pair < 6; pair += 2) { // target, user name, password
            if (!memory.has((int) args[pair], (int) args[pair + 1])) {
                return Status.INVALID_MEMORY_ACCESS;
            }
        }
        byte[] bytes = memory.array();
        return host.context()
                .redis()
                .init(
                        StreamCalls.text(bytes, (int) args[0], (int) args[1]),
                        StreamCalls.text(bytes, (int) args[2], (int) args[3]),
                        StreamCalls.text(bytes, (int) args[4], (int) args[5]),
                        (int) args[6]);
    }

    private static int redisCall(GuestHost host, long[] args) {
        GuestMemory memory = host.memory();
        int query = (int) args[2];
        int length = (int) args[3];
        int tokenAt = (int) args[4];
        if (!memory.has((int) args[0], (int) args[1])
                || !memory.has(query, length)
                || !memory.putInt(tokenAt, 0)) { // before the call is on its way
            return Status.INVALID_MEMORY_ACCESS;
        }
        String target = StreamCalls.text(memory.array(), (int) args[0], (int) args[1]);
        byte[] command = Arrays.copyOfRange(memory.array(), query, query + length);
        int token = host.context().redis().call(target, command);
        return token < 0 ? -token : Results.giveInt(host, token, tokenAt);
    }
}
