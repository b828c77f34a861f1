package io.postern.config.envoy;

import io.envoyproxy.envoy.config.core.v3.ProxyProtocolConfig;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport;
import io.postern.config.model.Cluster.ProxyHeader;
import io.postern.config.source.Spot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Translates the upstream transport socket that sends a PROXY header; inside it is another socket.
 */
final class ProxySocketTranslator {
    private static final String PROXY =
            "envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport";

    private final Translation translation;

    ProxySocketTranslator(Translation translation) {
        this.translation = translation;
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(PROXY).reads("config", "transport_socket"),
                MessageSupport.of("envoy.config.core.v3.ProxyProtocolConfig").reads("version"));
    }

    /** What a cluster's connections begin with; null: nothing. */
    @Nullable ProxyHeader header(io.envoyproxy.envoy.config.cluster.v3.Cluster cluster, Spot spot) {
        var matches = cluster.getTransportSocketMatchesList();
        for (int i = 0; i < matches.size(); i++) {
            if (isProxy(matches.get(i).getTransportSocket())) {
                translation.error(
                        spot.field("transport_socket_matches").index(i).field("transport_socket"),
                        "not supported yet: a PROXY header for some endpoints only",
                        "use the cluster's transport_socket");
            }
        }
        if (!isProxy(cluster.getTransportSocket())) {
            return null;
        }
        if (!matches.isEmpty()) {
            translation.error(
                    spot.field("transport_socket_matches"),
                    "not supported yet: transport_socket_matches beside a PROXY header",
                    "use a cluster for each kind of endpoint");
        }
        return version(socket(cluster.getTransportSocket()).getConfig());
    }

    static ProxyHeader version(ProxyProtocolConfig config) {
        return switch (config.getVersion()) {
            case V1, UNRECOGNIZED -> ProxyHeader.V1;
            case V2 -> ProxyHeader.V2;
        };
    }

    /** The socket inside, or the same. */
    TransportSocket inner(TransportSocket socket) {
        return isProxy(socket) ? socket(socket).getTransportSocket() : socket;
    }

    /** Where that is. */
    Spot inner(TransportSocket socket, Spot spot) {
        return isProxy(socket) ? spot.field("typed_config").field("transport_socket") : spot;
    }

    private static boolean isProxy(TransportSocket socket) {
        return Translation.is(socket.getTypedConfig(), PROXY);
    }

    private static ProxyProtocolUpstreamTransport socket(TransportSocket socket) {
        return Translation.unpack(socket.getTypedConfig(), ProxyProtocolUpstreamTransport.parser());
    }
}
