package io.postern.xds.server.protocol;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Status;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request in either variant. Immutable.
 *
 * @param node null: as said before on this stream
 * @param nonce which response it answers; empty: none
 * @param error what is wrong with that response; null: nothing
 * @param version of SOTW: what was accepted last
 * @param names of SOTW: all that is wanted; of DELTA: what is wanted from now on
 * @param unwanted of DELTA: what is not wanted any more
 * @param held of DELTA, on a new stream: versions by name
 */
public record Ask(
        String typeUrl,
        @Nullable Node node,
        String nonce,
        @Nullable String error,
        String version,
        List<String> names,
        List<String> unwanted,
        Map<String, String> held) {

    /** Reads a request. */
    public static Ask read(Variant variant, byte[] octets) throws InvalidProtocolBufferException {
        return switch (variant) {
            case SOTW -> of(DiscoveryRequest.parseFrom(octets));
            case DELTA -> of(DeltaDiscoveryRequest.parseFrom(octets));
        };
    }

    private static Ask of(DiscoveryRequest request) {
        return new Ask(
                request.getTypeUrl(),
                request.hasNode() ? request.getNode() : null,
                request.getResponseNonce(),
                request.hasErrorDetail() ? text(request.getErrorDetail()) : null,
                request.getVersionInfo(),
                request.getResourceNamesList(),
                List.of(),
                Map.of());
    }

    private static Ask of(DeltaDiscoveryRequest request) {
        return new Ask(
                request.getTypeUrl(),
                request.hasNode() ? request.getNode() : null,
                request.getResponseNonce(),
                request.hasErrorDetail() ? text(request.getErrorDetail()) : null,
                "",
                request.getResourceNamesSubscribeList(),
                request.getResourceNamesUnsubscribeList(),
                request.getInitialResourceVersionsMap());
    }

    // Shown by the admin server and kept as long as the refused version is.
    private static String text(Status status) {
        String message = status.getMessage();
        int most = Limits.ERROR_CHARACTERS;
        return message.length() > most ? message.substring(0, most) + "…" : message;
    }

    /** The same, of a stream that has only one type. */
    public Ask withType(String implied) {
        return typeUrl.isEmpty()
                ? new Ask(implied, node, nonce, error, version, names, unwanted, held)
                : this;
    }
}
