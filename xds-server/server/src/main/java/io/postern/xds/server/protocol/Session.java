package io.postern.xds.server.protocol;

import io.postern.config.model.ResourceType;
import io.postern.xds.server.content.Packed;
import io.postern.xds.server.content.ResourceSet;
import io.postern.xds.server.content.Snapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One stream. It takes requests and snapshots, and is asked for the next response whenever the
 * network has room for one: nothing waits in a queue, what changes meanwhile is sent as one.
 *
 * <p>Types are sent in {@link Order}; one that waits for its answer holds back those after it, for
 * some seconds at most.
 *
 * <p>Confined to one lane.
 */
public final class Session {
    /** How long a node that does not answer holds back its other types. */
    static final long PATIENCE_NANOS = 5_000_000_000L;

    private final Variant variant;
    private final ResponseCache cache;
    private final Map<ResourceType, Topic> topics = new EnumMap<>(ResourceType.class);
    private final Map<String, Integer> unknownTypes = new HashMap<>();
    private final Queue<Outgoing> unknownAnswers = new ArrayDeque<>();
    private Snapshot snapshot;

    /**
     * @param snapshot what this node may have
     */
    public Session(Variant variant, ResponseCache cache, Snapshot snapshot) {
        this.variant = variant;
        this.cache = cache;
        this.snapshot = snapshot;
    }

    /** This is what the node may have from now on. */
    public void onSnapshot(Snapshot next) {
        snapshot = next;
    }

    /**
     * Takes a request.
     *
     * @return its type; null: an unknown one
     * @throws StreamException when the stream has to end
     */
    public @Nullable ResourceType onAsk(Ask ask) {
        if (ask.typeUrl().isEmpty()) {
            throw new StreamException(
                    StreamException.Reason.INVALID_ARGUMENT, "no type_url (expected: one)");
        }
        ResourceType type = ResourceType.of(ask.typeUrl());
        if (type == null) {
            unknown(ask);
        } else {
            topic(type).onAsk(ask, snapshot.of(type));
        }
        return type;
    }

    /** What is asked for, of one type. */
    Names names(ResourceType type) {
        Topic topic = topics.get(type);
        return topic == null ? Names.NOTHING : topic.names();
    }

    /** Whether the next response may have more than so many octets. */
    public boolean owesMoreThan(long octets) {
        for (Topic topic : topics.values()) {
            if (topic.owed(snapshot.of(topic.type())) > octets) {
                return true;
            }
        }
        return false;
    }

    private Topic topic(ResourceType type) {
        return topics.computeIfAbsent(
                type,
                _ ->
                        switch (variant) {
                            case SOTW -> new SotwTopic(type, cache);
                            case DELTA -> new DeltaTopic(type, cache);
                        });
    }

    // A node of a later version may ask for what does not exist yet: it should not wait for it.
    private void unknown(Ask ask) {
        boolean answers = !ask.nonce().isEmpty();
        if (answers && (variant == Variant.SOTW || ask.names().isEmpty())) {
            return;
        }
        int nonce = unknownTypes.merge(ask.typeUrl(), 1, Integer::sum);
        if (unknownTypes.size() > Limits.UNKNOWN_TYPES
                || unknownAnswers.size() >= Limits.UNKNOWN_TYPES) {
            throw new StreamException(
                    StreamException.Reason.RESOURCE_EXHAUSTED,
                    "too many requests for unknown types, the last one " + ask.typeUrl());
        }
        unknownAnswers.add(
                new Outgoing(
                        ask.typeUrl(),
                        ResponseCache.nothing(variant, ask.typeUrl(), ask.names()),
                        ResponseCache.nonce(variant, Integer.toString(nonce)),
                        List.of(),
                        ask.names()));
    }

    /** The next response; null: none now. What it returns counts as sent. */
    public @Nullable Outgoing next(long nowNanos) {
        Outgoing answer = unknownAnswers.poll();
        if (answer != null) {
            return answer;
        }
        for (ResourceType type : Order.CHANGES) {
            Topic topic = topics.get(type);
            if (topic == null) {
                continue;
            }
            if (topic.holdsBack(nowNanos, PATIENCE_NANOS)) {
                return null;
            }
            Outgoing changes = changes(topic, nowNanos);
            if (changes != null) {
                return changes;
            }
        }
        for (ResourceType type : Order.REMOVALS) {
            Topic topic = topics.get(type);
            Outgoing removals =
                    topic == null ? null : topic.nextRemovals(snapshot.of(type), nowNanos);
            if (removals != null) {
                return removals;
            }
        }
        return null;
    }

    private @Nullable Outgoing changes(Topic topic, long nowNanos) {
        ResourceSet current = snapshot.of(topic.type());
        boolean clusters = topic.type() == ResourceType.CLUSTER;
        Topic endpoints = clusters ? topics.get(ResourceType.ENDPOINTS) : null;
        Outgoing next = topic.nextChanges(current, nowNanos);
        if (next != null && endpoints != null) {
            endpoints.refresh(endpointsOf(next.changed(), current));
        }
        return next;
    }

    // A cluster that changed is warmed anew, for which some nodes wait until its endpoints are sent
    // again: "Resource warming" in Envoy's xDS documentation.
    private static Set<String> endpointsOf(List<String> clusters, ResourceSet current) {
        Set<String> endpoints = new HashSet<>();
        for (String name : clusters) {
            var cluster = current.find(name);
            if (cluster != null && !cluster.endpoints().isEmpty()) {
                endpoints.add(cluster.endpoints());
            }
        }
        return endpoints;
    }

    /** Whether a response waits for its answer. */
    public boolean isWaiting() {
        return topics.values().stream().anyMatch(Topic::isWaiting);
    }

    /** What the node complains about, by type, as far as it is still published. */
    public Map<ResourceType, String> complaints() {
        Map<ResourceType, String> complaints = new EnumMap<>(ResourceType.class);
        topics.forEach((type, topic) -> {
            String complaint = topic.complaint(snapshot.of(type));
            if (!complaint.isEmpty()) {
                complaints.put(type, complaint);
            }
        });
        return complaints;
    }

    /** How the node stands to each resource that it asks for. */
    public List<ResourceStatus> status() {
        List<ResourceStatus> all = new ArrayList<>();
        topics.forEach((type, topic) -> all.addAll(topic.status(snapshot.of(type))));
        return all;
    }

    /** What of a type the node refuses as it is published now. */
    public List<ResourceStatus> refused(ResourceType type) {
        Topic topic = topics.get(type);
        return topic == null ? List.of() : topic.refused(snapshot.of(type));
    }

    /** How the node stands to one resource; null: it did not ask for it. */
    public @Nullable ResourceStatus status(ResourceType type, String name) {
        Topic topic = topics.get(type);
        Packed one = snapshot.of(type).find(name);
        return topic == null || one == null ? null : topic.statusOf(one);
    }

    /** Which version of everything the node may have. */
    public String version() {
        return snapshot.version();
    }
}
