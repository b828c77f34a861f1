package io.postern.config.source.xds;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Incremental: requests say which names are wanted more and less, responses what changed. On a new
 * stream the server is told which versions are here already.
 *
 * <p>Source: "xDS REST and gRPC protocol", variant "Incremental xDS". Control thread.
 */
final class DeltaDialogue extends StreamDialogue<DeltaDialogue.Topic> {
    private static final String EVERYTHING = "*";

    /** What was said about one type. */
    static final class Topic extends StreamDialogue.Topic {
        private Set<String> askedFor = Set.of();
        private boolean begun;
        private final Map<String, String> versions = new HashMap<>();
    }

    DeltaDialogue(
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
        topic.begun = false;
        ask(type, topic);
    }

    @Override
    void wantedChanged(ResourceType type, Topic topic) {
        if (!topic.wanted.wildcard()) {
            topic.versions.keySet().removeIf(name -> !topic.wanted.covers(name));
        }
        ask(type, topic);
    }

    // Without a version: the server says them again, and which of them are gone.
    @Override
    public boolean held(ResourceType type, Set<String> names) {
        Topic topic = topic(type);
        if (topic == null) {
            return false;
        }
        names.forEach(name -> topic.versions.putIfAbsent(name, ""));
        return topic.begun && isOpen() && !names.stream().allMatch(topic.wanted.names()::contains);
    }

    @Override
    public void lost(ResourceType type, String name) {
        Topic topic = topic(type);
        if (topic != null) {
            topic.versions.remove(name);
        }
    }

    private void ask(ResourceType type, Topic topic) {
        if (!isOpen() || (topic.wanted.isNothing() && !topic.begun)) {
            return;
        }
        Set<String> names = names(topic.wanted);
        var request = DeltaDiscoveryRequest.newBuilder().setTypeUrl(type.typeUrl());
        if (topic.begun) {
            names.stream()
                    .filter(name -> !topic.askedFor.contains(name))
                    .forEach(request::addResourceNamesSubscribe);
            topic.askedFor.stream()
                    .filter(name -> !names.contains(name))
                    .forEach(request::addResourceNamesUnsubscribe);
        } else {
            // A first request without a name means all there are.
            if (!names.equals(Set.of(EVERYTHING))) {
                names.forEach(request::addResourceNamesSubscribe);
            }
            request.putAllInitialResourceVersions(topic.versions);
        }
        topic.begun = true;
        topic.askedFor = names;
        send(request);
    }

    private static Set<String> names(Wanted wanted) {
        Set<String> names = new TreeSet<>(wanted.names());
        if (wanted.wildcard()) {
            names.add(EVERYTHING);
        }
        return names;
    }

    private void send(DeltaDiscoveryRequest.Builder request) {
        send(request, DeltaDiscoveryRequest.Builder::setNode);
    }

    @Override
    public void message(byte[] octets) throws InvalidProtocolBufferException {
        var response = DeltaDiscoveryResponse.parseFrom(octets);
        ResourceType type = ResourceType.of(response.getTypeUrl());
        Topic topic = topic(type);
        if (type == null || topic == null) {
            return; // nobody asked
        }
        String what = what(response);
        var again = refusals.last(type);
        if (again != null && refusals.isRefused(type, what)) {
            // Sent again just because it was refused: no hurry to say so again.
            refusals.later(() ->
                    send(
                            DeltaDiscoveryRequest.newBuilder()
                                    .setTypeUrl(type.typeUrl())
                                    .setResponseNonce(response.getNonce())
                                    .setErrorDetail(again)));
            return;
        }
        List<String> errors = sink.onUpdate(source, type, update(response));
        var answer =
                DeltaDiscoveryRequest.newBuilder()
                        .setTypeUrl(type.typeUrl())
                        .setResponseNonce(response.getNonce());
        if (errors.isEmpty()) {
            for (Resource resource : response.getResourcesList()) {
                topic.versions.put(resource.getName(), resource.getVersion());
            }
            response.getRemovedResourcesList().forEach(topic.versions::remove);
            refusals.accepted(type);
        } else {
            // Some of them were accepted: the server has to know the names, to tell a removal.
            for (Resource resource : response.getResourcesList()) {
                topic.versions.putIfAbsent(resource.getName(), "");
            }
            answer.setErrorDetail(SotwDialogue.rejection(errors));
            refusals.refused(type, what, answer.getErrorDetail());
        }
        send(answer);
    }

    // By what a response can be told from another one.
    private static String what(DeltaDiscoveryResponse response) {
        var text = new StringBuilder(response.getSystemVersionInfo());
        for (Resource one : response.getResourcesList()) {
            text.append(' ').append(one.getName()).append('=').append(one.getVersion());
        }
        return text.append(response.getRemovedResourcesList()).toString();
    }

    private static Update update(DeltaDiscoveryResponse response) {
        List<Received> resources = new ArrayList<>();
        for (Resource resource : response.getResourcesList()) {
            resources.add(SotwDialogue.received(resource, resource.getVersion()));
        }
        return new Update(
                response.getSystemVersionInfo(),
                resources,
                response.getRemovedResourcesList(),
                false,
                response.getControlPlane().getIdentifier());
    }
}
