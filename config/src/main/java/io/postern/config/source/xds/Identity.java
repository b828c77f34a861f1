package io.postern.config.source.xds;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.postern.config.model.Bootstrap;

/** Who this gateway says that it is. Thread-safe: immutable. */
public final class Identity {
    private static final String USER_AGENT = "postern";
    private final Node node;

    /**
     * @param version of this program
     */
    public Identity(Bootstrap.Node config, String version) {
        var locality =
                Locality.newBuilder()
                        .setRegion(config.region())
                        .setZone(config.zone())
                        .setSubZone(config.subZone());
        node =
                Node.newBuilder()
                        .setId(config.id())
                        .setCluster(config.cluster())
                        .setLocality(locality)
                        .setMetadata(metadata(config.metadata()))
                        .setUserAgentName(USER_AGENT)
                        .setUserAgentVersion(version)
                        .addClientFeatures("envoy.lb.does_not_support_overprovisioning")
                        .addClientFeatures("xds.config.resource-in-sotw")
                        .build();
    }

    private static Struct metadata(byte[] octets) {
        try {
            return Struct.parseFrom(octets);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("bug: node metadata is no Struct", e);
        }
    }

    Node node() {
        return node;
    }

    /** What a cache on disk is kept under: the resources of another node are not ours. */
    public String key() {
        return node.getCluster() + "/" + node.getId();
    }
}
