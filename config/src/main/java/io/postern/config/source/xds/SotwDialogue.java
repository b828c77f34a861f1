package io.postern.config.source.xds;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Code;
import com.google.rpc.Status;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * State of the world: each request names all that is wanted of a type, each response says all there
 * is. A request answers a response by its nonce: with the response's version when everything was
 * accepted, with the version before it and an error otherwise.
 *
 * <p>Source: "xDS REST and gRPC protocol", variant "State of the World". Control thread.
 */
final class SotwDialogue implements Dialogue {
    private static final String WRAPPER = "envoy.service.discovery.v3.Resource";

    private final ConfigSource source;
    private final Identity identity;
    private final boolean nodeOnce;
    private final ResourceSink sink;
    private final Refusals refusals;
    private final Map<ResourceType, Topic> topics = new EnumMap<>(ResourceType.class);
    private @Nullable Consumer<byte[]> out;
    private boolean nodeSent;

    /** What was said about one type. */
    private static final class Topic {
        private Wanted wanted = Wanted.NOTHING;
        private String version = "";
        private String nonce = "";
        private boolean answering;
        private boolean asked;
    }

    SotwDialogue(
            ConfigSource source,
            Identity identity,
            boolean nodeOnce,
            ResourceSink sink,
            Refusals refusals) {
        this.refusals = refusals;
        this.source = source;
        this.identity = identity;
        this.nodeOnce = nodeOnce;
        this.sink = sink;
    }

    @Override
    public void begin(Consumer<byte[]> to) {
        out = to;
        nodeSent = false;
        topics.forEach((type, topic) -> {
            topic.nonce = "";
            topic.asked = false;
            ask(type, topic, null);
        });
    }

    @Override
    public void end() {
        out = null;
    }

    @Override
    public void want(ResourceType type, Wanted wanted) {
        Topic topic = topics.computeIfAbsent(type, _ -> new Topic());
        if (topic.wanted.equals(wanted)) {
            return;
        }
        topic.wanted = wanted;
        if (!topic.answering) {
            ask(type, topic, null);
        }
    }

    @Override
    public boolean wantsAnything() {
        return topics.values().stream().anyMatch(topic -> !topic.wanted.isNothing());
    }

    private void ask(ResourceType type, Topic topic, @Nullable Status error) {
        if (out == null || (topic.wanted.isNothing() && !topic.asked)) {
            return;
        }
        var request =
                DiscoveryRequest.newBuilder()
                        .setTypeUrl(type.typeUrl())
                        .setVersionInfo(topic.version)
                        .setResponseNonce(topic.nonce);
        topic.wanted.ordered().forEach(request::addResourceNames);
        if (!nodeSent || !nodeOnce) {
            request.setNode(identity.node());
            nodeSent = true;
        }
        if (error != null) {
            request.setErrorDetail(error);
        }
        topic.asked = true;
        out.accept(request.build().toByteArray());
    }

    @Override
    public void message(byte[] octets) throws InvalidProtocolBufferException {
        var response = DiscoveryResponse.parseFrom(octets);
        ResourceType type = ResourceType.of(response.getTypeUrl());
        Topic topic = type == null ? null : topics.get(type);
        if (type == null || topic == null || topic.wanted.isNothing()) {
            return; // nobody asked
        }
        topic.nonce = response.getNonce();
        if (refusals.isRefused(type, response.getVersionInfo())) {
            // Sent again just because it was refused: no hurry to say so again.
            refusals.later(() -> {
                if (topic.nonce.equals(response.getNonce())) {
                    ask(type, topic, refusals.last(type));
                }
            });
            return;
        }
        topic.answering = true;
        List<String> errors;
        try {
            errors = sink.onUpdate(source, type, update(response, type));
        } finally {
            topic.answering = false;
        }
        if (errors.isEmpty()) {
            topic.version = response.getVersionInfo();
            refusals.accepted(type);
            ask(type, topic, null);
        } else {
            Status rejection = rejection(errors);
            refusals.refused(type, response.getVersionInfo(), rejection);
            ask(type, topic, rejection);
        }
    }

    static Status rejection(List<String> errors) {
        return Status.newBuilder()
                .setCode(Code.INVALID_ARGUMENT_VALUE)
                .setMessage(ErrorText.of(errors))
                .build();
    }

    static Update update(DiscoveryResponse response, ResourceType type) {
        List<Received> resources = new ArrayList<>();
        for (Any any : response.getResourcesList()) {
            resources.add(received(any, response.getVersionInfo()));
        }
        return new Update(
                response.getVersionInfo(),
                resources,
                List.of(),
                type.isFullState(),
                response.getControlPlane().getIdentifier());
    }

    // A server that has times to live wraps each resource.
    private static Received received(Any any, String version) {
        if (!any.getTypeUrl().endsWith("/" + WRAPPER)) {
            return new Received("", version, any, Duration.ZERO, null, List.of());
        }
        try {
            return received(Resource.parseFrom(any.getValue()), version);
        } catch (InvalidProtocolBufferException _) {
            return new Received(
                    "", version, any, Duration.ZERO, null, List.of()); // refused as what it is
        }
    }

    static Received received(Resource resource, String version) {
        var ttl = Duration.ofSeconds(resource.getTtl().getSeconds(), resource.getTtl().getNanos());
        return new Received(
                resource.getName(),
                version,
                resource.hasResource() ? resource.getResource() : null,
                ttl.isNegative() ? Duration.ZERO : ttl,
                null,
                resource.getAliasesList());
    }
}
