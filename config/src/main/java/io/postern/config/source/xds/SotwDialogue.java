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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * State of the world: each request names all that is wanted of a type, each response says all there
 * is. A request answers a response by its nonce: with the response's version when everything was
 * accepted, with the version before it and an error otherwise.
 *
 * <p>Source: "xDS REST and gRPC protocol", variant "State of the World". Control thread.
 */
final class SotwDialogue extends StreamDialogue<SotwDialogue.Topic> {
    private static final String WRAPPER = "envoy.service.discovery.v3.Resource";

    /** What was said about one type. */
    static final class Topic extends StreamDialogue.Topic {
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
        super(source, identity, nodeOnce, sink, refusals);
    }

    @Override
    Topic newTopic() {
        return new Topic();
    }

    @Override
    void begin(ResourceType type, Topic topic) {
        topic.nonce = "";
        topic.asked = false;
        ask(type, topic, null);
    }

    @Override
    void wantedChanged(ResourceType type, Topic topic) {
        if (!topic.answering) {
            ask(type, topic, null);
        }
    }

    private void ask(ResourceType type, Topic topic, @Nullable Status error) {
        if (!isOpen() || (topic.wanted.isNothing() && !topic.asked)) {
            return;
        }
        var request =
                DiscoveryRequest.newBuilder()
                        .setTypeUrl(type.typeUrl())
                        .setVersionInfo(topic.version)
                        .setResponseNonce(topic.nonce);
        topic.wanted.ordered().forEach(request::addResourceNames);
        if (error != null) {
            request.setErrorDetail(error);
        }
        topic.asked = true;
        send(request, DiscoveryRequest.Builder::setNode);
    }

    @Override
    public void message(byte[] octets) throws InvalidProtocolBufferException {
        var response = DiscoveryResponse.parseFrom(octets);
        ResourceType type = ResourceType.of(response.getTypeUrl());
        Topic topic = topic(type);
        if (type == null || topic == null || topic.wanted.isNothing()) {
            return; // nobody asked
        }
        topic.nonce = response.getNonce();
        String what = what(response);
        if (refusals.isRefused(type, what)) {
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
            refusals.refused(type, what, rejection);
            ask(type, topic, rejection);
        }
    }

    // Whoever asks for other names gets other resources under the same version.
    private static String what(DiscoveryResponse response) {
        return response.getVersionInfo() + " " + response.getResourcesList().hashCode();
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
