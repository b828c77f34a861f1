package io.postern.filters.wasm.abi;

import io.postern.filters.wasm.engine.GuestMemory;
import io.postern.filters.wasm.engine.HostFunctions;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.util.Arrays;

/** {@code proxy_http_call}: requests that a plugin sends to clusters. */
final class HttpCalls {
    private HttpCalls() {}

    static void offer(HostFunctions<GuestHost> functions) {
        functions.add("env", "proxy_http_call", "iiiiiiiiii>i", HttpCalls::call);
    }

    private static int call(GuestHost host, long[] args) {
        GuestMemory memory = host.memory();
        for (int pair = 0; pair < 8; pair += 2) { // cluster, headers, body, trailers
            if (!memory.has((int) args[pair], (int) args[pair + 1])) {
                return Status.INVALID_MEMORY_ACCESS;
            }
        }
        int timeoutMillis = (int) args[8];
        int tokenAt = (int) args[9];
        if (!memory.putInt(tokenAt, 0)) { // before the call is on its way
            return Status.INVALID_MEMORY_ACCESS;
        }
        HeaderMap headers = HeaderCalls.pairs(host, (int) args[2], (int) args[3]);
        HeaderMap trailers = HeaderCalls.pairs(host, (int) args[6], (int) args[7]);
        if (headers == null || trailers == null || timeoutMillis < 0 || incomplete(headers)) {
            return Status.BAD_ARGUMENT;
        }
        Tracing.carry(host.context(), headers);
        byte[] bytes = memory.array();
        int body = (int) args[4];
        int token =
                host.context()
                        .httpCall(
                                StreamCalls.text(bytes, (int) args[0], (int) args[1]),
                                headers,
                                Arrays.copyOfRange(bytes, body, body + (int) args[5]),
                                trailers,
                                timeoutMillis);
        return token < 0 ? -token : Results.giveInt(host, token, tokenAt);
    }

    private static boolean incomplete(HeaderMap headers) {
        return !headers.contains(HeaderName.METHOD)
                || !headers.contains(HeaderName.PATH)
                || !headers.contains(HeaderName.AUTHORITY);
    }
}
