package io.postern.xds.resources.envoy;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.postern.xds.resources.kind.Durations;

/** Values that many of Envoy's messages are made of. */
final class Protos {
    /** What type URLs begin with. */
    static final String URL = "type.googleapis.com/";

    private Protos() {}

    static Any any(Message message) {
        // deterministic: versions are hashes of the octets
        return Any.newBuilder()
                .setTypeUrl(URL + message.getDescriptorForType().getFullName())
                .setValue(Deterministic.bytes(message))
                .build();
    }

    static ConfigSource ads() {
        return ConfigSource.newBuilder()
                .setAds(AggregatedConfigSource.getDefaultInstance())
                .setResourceApiVersion(ApiVersion.V3)
                .build();
    }

    static UInt32Value number(int value) {
        return UInt32Value.of(value);
    }

    static BoolValue truth(boolean value) {
        return BoolValue.of(value);
    }

    /** Of a text in the form of GEP-2257: {@code 1h30m}, {@code 250ms}. */
    static Duration duration(String text) {
        long millis = Durations.millis(text);
        return Duration.newBuilder()
                .setSeconds(millis / 1000)
                .setNanos((int) (millis % 1000) * 1_000_000)
                .build();
    }

    static Address address(String ip, int port) {
        return Address.newBuilder()
                .setSocketAddress(SocketAddress.newBuilder().setAddress(ip).setPortValue(port))
                .build();
    }

    static RegexMatcher regex(String regex) {
        return RegexMatcher.newBuilder().setRegex(regex).build();
    }

    static HeaderValueOption header(String name, String value, HeaderAppendAction action) {
        return HeaderValueOption.newBuilder()
                // Envoy reads % as the beginning of an operator
                .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value.replace("%", "%%")))
                .setAppendAction(action)
                .build();
    }

    static TransportSocket tls(Message context) {
        return TransportSocket.newBuilder()
                .setName("envoy.transport_sockets.tls")
                .setTypedConfig(any(context))
                .build();
    }
}
