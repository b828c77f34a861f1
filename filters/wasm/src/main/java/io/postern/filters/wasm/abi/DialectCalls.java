package io.postern.filters.wasm.abi;

import io.postern.filters.wasm.engine.GuestMemory;
import io.postern.filters.wasm.engine.HostFunctions;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.UpstreamEndpoint;
import java.util.Arrays;
import java.util.List;

/**
 * What the 0.2.100 dialect adds to the ABI: Redis calls, the choice of upstream hosts, and response
 * body of the plugin's own.
 */
final class DialectCalls {
    private DialectCalls() {}

    static void offer(HostFunctions<GuestHost> functions) {
        functions
                .add("env", "proxy_redis_init", "iiiiiii>i", DialectCalls::redisInit)
                .add("env", "proxy_redis_call", "iiiii>i", DialectCalls::redisCall)
                .add("env", "proxy_get_upstream_hosts", "ii>i", DialectCalls::upstreamHosts)
                .add("env", "proxy_set_upstream_override_host", "ii>i", DialectCalls::overrideHost)
                .add(
                        "env",
                        "proxy_inject_encoded_data_to_filter_chain",
                        "iii>i",
                        DialectCalls::inject);
    }

    // Pairs of an address and what is known of that host, as a JSON object.
    private static int upstreamHosts(GuestHost host, long[] args) {
        List<UpstreamEndpoint> hosts = host.context().upstreamHosts();
        if (hosts == null) {
            return Status.BAD_ARGUMENT;
        }
        var map = new HeaderMap();
        for (UpstreamEndpoint known : hosts) {
            map.add(known.address(), about(known));
        }
        return Pairs.give(host, map, (int) args[0], (int) args[1]);
    }

    // metrics: a scrape of the host's metrics page, which is not made here
    private static String about(UpstreamEndpoint host) {
        String health =
                switch (host.health()) {
                    case HEALTHY -> "Healthy";
                    case DEGRADED -> "Degraded";
                    case UNHEALTHY -> "Unhealthy";
                };
        return "{\"health_status\":\"%s\",\"weight\":%d,\"metrics\":\"\"}"
                .formatted(health, host.weight());
    }

    private static int overrideHost(GuestHost host, long[] args) {
        GuestMemory memory = host.memory();
        int address = (int) args[0];
        int length = (int) args[1];
        return memory.has(address, length)
                ? host.context()
                        .overrideUpstreamHost(StreamCalls.text(memory.array(), address, length))
                : Status.INVALID_MEMORY_ACCESS;
    }

    private static int inject(GuestHost host, long[] args) {
        GuestMemory memory = host.memory();
        int data = (int) args[0];
        int length = (int) args[1];
        if (!memory.has(data, length)) {
            return Status.INVALID_MEMORY_ACCESS;
        }
        byte[] octets = Arrays.copyOfRange(memory.array(), data, data + length);
        return host.context().injectResponseBody(octets, args[2] != 0);
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
