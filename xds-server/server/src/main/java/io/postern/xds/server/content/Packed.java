package io.postern.xds.server.content;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.postern.config.envoy.ResourceTranslator;
import io.postern.config.model.ResourceType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A resource as it goes over the wire: serialized once, shared by all streams.
 *
 * <p>Thread-safe: immutable.
 *
 * @param version a hash of the octets: the same after a restart and on every server
 * @param endpoints of a cluster that gets its endpoints over EDS, by which name; else empty
 */
public record Packed(
        ResourceType type, String name, String version, Any message, String endpoints) {
    public Packed {
        requireNonNull(message, "message");
    }

    /** Packs a resource of any type. */
    public static Packed of(Message message) {
        String name = message.getDescriptorForType().getFullName();
        ResourceType type = ResourceType.of(name);
        if (type == null) {
            throw new IllegalArgumentException("no resource: " + name);
        }
        return of(type, message);
    }

    /** Packs a message of {@code type}. */
    public static Packed of(ResourceType type, Message message) {
        ByteString octets = deterministic(message);
        return new Packed(
                type,
                ResourceTranslator.nameOf(type, message),
                new Hash().add(octets).text(),
                Any.newBuilder().setTypeUrl(type.typeUrl()).setValue(octets).build(),
                message instanceof Cluster cluster ? endpointsOf(cluster) : "");
    }

    /** Octets, about. */
    public int octets() {
        return message.getValue().size() + 2 * name.length() + 100;
    }

    private static String endpointsOf(Cluster cluster) {
        if (cluster.getType() != DiscoveryType.EDS) {
            return "";
        }
        String service = cluster.getEdsClusterConfig().getServiceName();
        return service.isEmpty() ? cluster.getName() : service;
    }

    // Maps in the order of their keys: protobuf promises no order otherwise.
    private static ByteString deterministic(Message message) {
        var octets = new ByteArrayOutputStream(message.getSerializedSize());
        var out = CodedOutputStream.newInstance(octets);
        out.useDeterministicSerialization();
        try {
            message.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ByteString.copyFrom(octets.toByteArray());
    }
}
