package io.postern.xds.server.protocol;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.Status;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.postern.config.model.ResourceType;
import io.postern.xds.server.content.Packed;
import io.postern.xds.server.content.Snapshot;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A node that talks to a session: says things, and reads all that comes. Answers are written as
 * {@code CLUSTER a=1 b=2 -c}; behind {@code ~} are aliases, {@code ?} is a resource without
 * content.
 */
final class Talk {
    private final Variant variant;
    private final Session session;
    private final List<String> nonces = new ArrayList<>();
    private final List<String> versions = new ArrayList<>();
    private long nanos;

    Talk(Variant variant, Snapshot snapshot) {
        this.variant = variant;
        this.session = new Session(variant, new ResponseCache(), snapshot);
    }

    Session session() {
        return session;
    }

    /** {@code cluster a=1}: each word is a resource whose content is behind the equals sign. */
    static Snapshot snapshot(String... resources) {
        return Snapshot.of(Stream.of(resources).map(Talk::resource).map(Packed::of).toList(), null);
    }

    private static Message resource(String text) {
        String[] words = text.split("[ =]", -1);
        String name = words[1];
        String content = words[2];
        return switch (words[0]) {
            case "cluster" -> Cluster.newBuilder().setName(name).setAltStatName(content).build();
            case "eds" ->
                    Cluster.newBuilder()
                            .setName(name)
                            .setAltStatName(content)
                            .setType(Cluster.DiscoveryType.EDS)
                            .build();
            case "endpoints" ->
                    ClusterLoadAssignment.newBuilder()
                            .setClusterName(name)
                            .setPolicy(
                                    ClusterLoadAssignment.Policy.newBuilder()
                                            .setWeightedPriorityHealth(content.equals("2")))
                            .build();
            case "listener" -> Listener.newBuilder().setName(name).setStatPrefix(content).build();
            case "routes" ->
                    RouteConfiguration.newBuilder()
                            .setName(name)
                            .addInternalOnlyHeaders(content)
                            .build();
            case "host" -> // its domains, with plus signs between them
                    VirtualHost.newBuilder()
                            .setName(name)
                            .addAllDomains(List.of(content.split("\\+", -1)))
                            .build();
            default -> throw new IllegalArgumentException(text);
        };
    }

    /** Publishes something else. */
    List<String> publish(String... resources) {
        session.onSnapshot(snapshot(resources));
        return hear();
    }

    /** First words about a type. */
    List<String> ask(ResourceType type, String... names) {
        return say(type, List.of(names), List.of(), Map.of(), "", null);
    }

    /** Of DELTA: from a node that has some resources. */
    List<String> askHaving(ResourceType type, Map<String, String> held, String... names) {
        return say(type, List.of(names), List.of(), held, "", null);
    }

    /** Of DELTA: more names, and fewer. */
    List<String> change(ResourceType type, List<String> more, List<String> fewer) {
        return say(type, more, fewer, Map.of(), "", null);
    }

    /** Accepts the last response; of SOTW all names are said again. */
    List<String> ack(ResourceType type, String... names) {
        return say(type, List.of(names), List.of(), Map.of(), nonces.getLast(), null);
    }

    /** Refuses the last response. */
    List<String> nack(ResourceType type, String why, String... names) {
        return say(type, List.of(names), List.of(), Map.of(), nonces.getLast(), why);
    }

    /** Lets time pass. */
    List<String> later(long seconds) {
        nanos += seconds * 1_000_000_000L;
        return hear();
    }

    String lastVersion() {
        return versions.getLast();
    }

    List<String> say(
            ResourceType type,
            List<String> names,
            List<String> fewer,
            Map<String, String> held,
            String nonce,
            @org.jspecify.annotations.Nullable String error) {
        sayNothingElse(type.typeUrl(), names, fewer, held, nonce, error);
        return hear();
    }

    void sayNothingElse(
            String typeUrl,
            List<String> names,
            List<String> fewer,
            Map<String, String> held,
            String nonce,
            @org.jspecify.annotations.Nullable String error) {
        var status = Status.newBuilder().setMessage(error == null ? "" : error);
        byte[] octets =
                switch (variant) {
                    case SOTW -> {
                        var request =
                                DiscoveryRequest.newBuilder()
                                        .setTypeUrl(typeUrl)
                                        .addAllResourceNames(names)
                                        .setVersionInfo(held.getOrDefault("*", ""))
                                        .setResponseNonce(nonce);
                        if (error != null) {
                            request.setErrorDetail(status);
                        }
                        yield request.build().toByteArray();
                    }
                    case DELTA -> {
                        var request =
                                DeltaDiscoveryRequest.newBuilder()
                                        .setTypeUrl(typeUrl)
                                        .addAllResourceNamesSubscribe(
                                                nonce.isEmpty() ? names : List.of())
                                        .addAllResourceNamesUnsubscribe(fewer)
                                        .putAllInitialResourceVersions(held)
                                        .setResponseNonce(nonce);
                        if (error != null) {
                            request.setErrorDetail(status);
                        }
                        yield request.build().toByteArray();
                    }
                };
        try {
            session.onAsk(Ask.read(variant, octets));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Everything that the session has to say now. */
    List<String> hear() {
        List<String> heard = new ArrayList<>();
        for (Outgoing next = session.next(nanos); next != null; next = session.next(nanos)) {
            heard.add(text(next));
        }
        return heard;
    }

    private String text(Outgoing response) {
        byte[] octets =
                ByteBuffer.allocate(response.size())
                        .put(response.shared())
                        .put(response.own())
                        .array();
        try {
            return switch (variant) {
                case SOTW -> text(DiscoveryResponse.parseFrom(octets));
                case DELTA -> text(DeltaDiscoveryResponse.parseFrom(octets));
            };
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private String text(DiscoveryResponse response) throws InvalidProtocolBufferException {
        nonces.add(response.getNonce());
        versions.add(response.getVersionInfo());
        var text = new StringBuilder(type(response.getTypeUrl()));
        for (Any any : response.getResourcesList()) {
            text.append(' ').append(word(any));
        }
        return text.toString();
    }

    private String text(DeltaDiscoveryResponse response) throws InvalidProtocolBufferException {
        nonces.add(response.getNonce());
        var text = new StringBuilder(type(response.getTypeUrl()));
        for (var resource : response.getResourcesList()) {
            versions.add(resource.getVersion());
            text.append(' ');
            text.append(
                    resource.hasResource()
                            ? word(resource.getResource())
                            : resource.getName() + "?");
            resource.getAliasesList().forEach(alias -> text.append('~').append(alias));
        }
        response.getRemovedResourcesList().forEach(name -> text.append(" -").append(name));
        return text.toString();
    }

    private static String type(String url) {
        ResourceType type = ResourceType.of(url);
        return type == null ? url : type.name();
    }

    private static String word(Any any) throws InvalidProtocolBufferException {
        ResourceType type = ResourceType.of(any.getTypeUrl());
        var octets = any.getValue();
        return switch (type) {
            case CLUSTER -> {
                var one = Cluster.parseFrom(octets);
                yield one.getName() + "=" + one.getAltStatName();
            }
            case ENDPOINTS -> {
                var one = ClusterLoadAssignment.parseFrom(octets);
                boolean second = one.getPolicy().getWeightedPriorityHealth();
                yield one.getClusterName() + "=" + (second ? "2" : "1");
            }
            case LISTENER -> {
                var one = Listener.parseFrom(octets);
                yield one.getName() + "=" + one.getStatPrefix();
            }
            case ROUTES -> {
                var one = RouteConfiguration.parseFrom(octets);
                yield one.getName() + "=" + one.getInternalOnlyHeaders(0);
            }
            case VIRTUAL_HOST -> {
                var one = VirtualHost.parseFrom(octets);
                yield one.getName() + "=" + String.join("+", one.getDomainsList());
            }
            case null, default ->
                    throw new IllegalStateException(Arrays.toString(octets.toByteArray()));
        };
    }
}
