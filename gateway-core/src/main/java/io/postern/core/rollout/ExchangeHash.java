package io.postern.core.rollout;

import io.postern.config.model.RolloutSpec;
import io.postern.config.model.RolloutSpec.HashOn;
import io.postern.core.upstream.balance.XxHash64;
import io.postern.sdk.FilterCallbacks;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.StreamInfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Where in the ten thousand an exchange is: the same number for the same seed and value, on every
 * gateway. Thread-safe: immutable.
 */
final class ExchangeHash {
    private static final HeaderName REQUEST_ID = HeaderName.of("x-request-id");

    private final long seed;
    private final HashOn source;
    private final HeaderName header;

    ExchangeHash(RolloutSpec spec) {
        seed = XxHash64.of(spec.seed().getBytes(StandardCharsets.UTF_8));
        source = spec.hashOn();
        header = source instanceof HashOn.Header(String name) ? HeaderName.of(name) : REQUEST_ID;
    }

    /** 0 to 9,999. */
    int of(FilterCallbacks stream) {
        return (int) Long.remainderUnsigned(hash(stream), RolloutSpec.WHOLE);
    }

    private long hash(FilterCallbacks stream) {
        if (source instanceof HashOn.SourceAddress
                && stream.streamInfo().remoteAddress() instanceof InetSocketAddress address) {
            InetAddress client = address.getAddress();
            if (client != null) {
                byte[] octets = client.getAddress();
                return XxHash64.of(octets, 0, octets.length, seed);
            }
        }
        HeaderMap head = stream.requestHeaders();
        int line = head.indexOf(header);
        if (line < 0) {
            line = head.indexOf(REQUEST_ID);
        }
        return line < 0
                ? ofNobody(stream.streamInfo())
                : XxHash64.of(head.octets(), head.valueStart(line), head.valueLength(line), seed);
    }

    // Without anything to know it by, any number will do.
    private long ofNobody(StreamInfo info) {
        byte[] octets =
                ByteBuffer.allocate(2 * Long.BYTES)
                        .putLong(info.connectionId())
                        .putLong(info.startTimeEpochNanos())
                        .array();
        return XxHash64.of(octets, 0, octets.length, seed);
    }
}
