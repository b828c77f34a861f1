package io.postern.filters.wasm.abi;

import io.postern.filters.wasm.engine.GuestMemory;
import io.postern.filters.wasm.engine.HostFunctions;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LocalReply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a plugin does with a stream and with its contexts. */
final class StreamCalls {
    private static final int LAST_TYPE = StreamType.UPSTREAM;

    /** For a status that HTTP does not have. Envoy takes it and the client gets no answer. */
    private static final int NOT_A_STATUS = 500;

    private StreamCalls() {}

    static void offer(HostFunctions<GuestHost> functions) {
        functions
                .add("env", "proxy_send_local_response", "iiiiiiii>i", StreamCalls::localReply)
                .add("env", "proxy_continue_stream", "i>i", StreamCalls::continueStream)
                .add("env", "proxy_close_stream", "i>i", StreamCalls::closeStream)
                .add(
                        "env",
                        "proxy_continue_request",
                        ">i",
                        (host, args) -> go(host, StreamType.REQUEST))
                .add(
                        "env",
                        "proxy_continue_response",
                        ">i",
                        (host, args) -> go(host, StreamType.RESPONSE))
                .add("env", "proxy_clear_route_cache", ">i", StreamCalls::clearRouteCache)
                .add("env", "proxy_set_effective_context", "i>i", StreamCalls::effectiveContext)
                .add("env", "proxy_done", ">i", (host, args) -> host.done())
                .add("env", "proxy_get_status", "iii>i", StreamCalls::status);
    }

    private static int localReply(GuestHost host, long[] args) {
        int status = (int) args[0];
        int details = (int) args[1];
        int detailsLength = (int) args[2];
        int body = (int) args[3];
        int bodyLength = (int) args[4];
        int pairs = (int) args[5];
        int pairsLength = (int) args[6];
        GuestMemory memory = host.memory();
        if (!memory.has(details, detailsLength)
                || !memory.has(body, bodyLength)
                || !memory.has(pairs, pairsLength)) {
            return Status.INVALID_MEMORY_ACCESS;
        }
        HeaderMap headers = HeaderCalls.pairs(host, pairs, pairsLength);
        byte[] bytes = memory.array();
        host.context()
                .sendLocalReply(
                        new LocalReply(
                                status < 200 || status > 599 ? NOT_A_STATUS : status,
                                text(bytes, details, detailsLength),
                                Arrays.copyOfRange(bytes, body, body + bodyLength),
                                headers == null ? List.of() : lines(headers),
                                (int) args[7]));
        return Status.OK;
    }

    private static List<LocalReply.Header> lines(HeaderMap headers) {
        var lines = new ArrayList<LocalReply.Header>(headers.size());
        for (int i = 0; i < headers.size(); i++) {
            lines.add(
                    new LocalReply.Header(HeaderName.of(headers.name(i)), headers.valueOctets(i)));
        }
        return lines;
    }

    private static int continueStream(GuestHost host, long[] args) {
        return go(host, (int) args[0]);
    }

    private static int go(GuestHost host, int type) {
        return type < 0 || type > LAST_TYPE
                ? Status.BAD_ARGUMENT
                : host.context().continueStream(type);
    }

    private static int closeStream(GuestHost host, long[] args) {
        int type = (int) args[0];
        return type < 0 || type > LAST_TYPE
                ? Status.BAD_ARGUMENT
                : host.context().closeStream(type);
    }

    private static int clearRouteCache(GuestHost host, long[] args) {
        host.context().clearRouteCache();
        return Status.OK;
    }

    private static int effectiveContext(GuestHost host, long[] args) {
        return host.setEffectiveContext((int) args[0]) ? Status.OK : Status.BAD_ARGUMENT;
    }

    private static int status(GuestHost host, long[] args) {
        CallContext context = host.context();
        byte[] message = context.statusMessage();
        int result = Results.giveInt(host, context.statusCode(), (int) args[0]);
        return result == Status.OK
                ? Results.give(host, message, 0, message.length, (int) args[1], (int) args[2])
                : result;
    }

    static String text(byte[] bytes, int offset, int length) {
        return new String(bytes, offset, length, StandardCharsets.UTF_8);
    }
}
