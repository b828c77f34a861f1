package io.postern.xds.server.protocol;

import io.postern.config.model.ResourceType;
import io.postern.xds.server.content.Packed;
import io.postern.xds.server.content.ResourceSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One type on one stream: what is wanted, what was sent, what was said about it.
 *
 * <pre>
 *   idle --send--> waiting for the answer --ACK--> idle
 *                                         --NACK-> idle, and the refused versions are not sent again
 * </pre>
 *
 * One response of a type is under way at a time; what changes meanwhile is sent as one.
 */
abstract sealed class Topic permits DeltaTopic, SotwTopic {
    private final ResourceType type;
    private final ResponseCache cache;
    private Names names = Names.NOTHING;
    private long nonces;
    private @Nullable InFlight inFlight;
    private Refusal refusal = Refusal.NONE;

    /** A response without an answer. */
    private record InFlight(String nonce, long sentNanos, Outgoing what) {}

    /** The versions that were refused last, and why; an empty version: the name was removed. */
    private record Refusal(String message, Map<String, String> versions) {
        static final Refusal NONE = new Refusal("", Map.of());
    }

    Topic(ResourceType type, ResponseCache cache) {
        this.type = type;
        this.cache = cache;
    }

    /** Takes a request of this type. */
    abstract void onAsk(Ask ask, ResourceSet current);

    /** What to send next apart from removals; null: nothing. Whatever it returns is sent. */
    abstract @Nullable Outgoing nextChanges(ResourceSet current, long nowNanos);

    /** What to say about removals; null: nothing. Called when there are no changes. */
    abstract @Nullable Outgoing nextRemovals(ResourceSet current, long nowNanos);

    /** How many octets the next response will have, at most; 0: there is none. */
    abstract long owed(ResourceSet current);

    /** Sends these again though the node has them, if it asks for them. */
    abstract void refresh(Set<String> again);

    /** The version of a name that the node was sent last; empty: none. */
    abstract String held(String name);

    /** Which names an answer to a response is about. */
    abstract List<String> judged(Outgoing what);

    ResourceType type() {
        return type;
    }

    ResponseCache cache() {
        return cache;
    }

    Names names() {
        return names;
    }

    void names(Names wanted) {
        names = cache.shared(wanted);
    }

    boolean wants(String name) {
        return names.wants(type, name);
    }

    /** Whether a response waits for its answer. */
    boolean isWaiting() {
        return inFlight != null;
    }

    /** Whether others should wait for the answer, too: not for ever. */
    boolean holdsBack(long nowNanos, long patienceNanos) {
        return inFlight != null && nowNanos - inFlight.sentNanos() < patienceNanos;
    }

    /** Whether a nonce is the one of the last response. */
    boolean isLatest(String nonce) {
        return nonce.equals(Long.toString(nonces));
    }

    String nextNonce() {
        return Long.toString(++nonces);
    }

    Outgoing sent(Outgoing what, long nowNanos) {
        inFlight = new InFlight(Long.toString(nonces), nowNanos, what);
        return what;
    }

    /** Takes an answer to the response under way; any other one is too late to matter. */
    void answered(Ask ask, ResourceSet current) {
        InFlight answered = inFlight;
        if (answered == null || !answered.nonce().equals(ask.nonce())) {
            return;
        }
        inFlight = null;
        if (ask.error() == null) {
            accepted(answered.what());
        } else {
            refused(ask.error(), answered.what());
        }
    }

    private void accepted(Outgoing what) {
        if (refusal.versions().isEmpty()) {
            return;
        }
        var left = new HashMap<>(refusal.versions());
        judged(what).forEach(left::remove);
        what.removed().forEach(left::remove);
        refusal = left.isEmpty() ? Refusal.NONE : new Refusal(refusal.message(), left);
    }

    private void refused(String message, Outgoing what) {
        Map<String, String> versions = new HashMap<>();
        judged(what).forEach(name -> versions.put(name, held(name)));
        what.removed().forEach(name -> versions.put(name, ""));
        refusal = new Refusal(message, versions);
    }

    /** The last refusal, if what was refused is still what is published; else empty. */
    String complaint(ResourceSet current) {
        if (refusal.versions().isEmpty()) {
            return "";
        }
        boolean stands =
                refusal.versions().entrySet().stream()
                        .anyMatch(one -> current.versionOf(one.getKey()).equals(one.getValue()));
        return stands ? refusal.message() : "";
    }

    /** How the node stands to everything of this type that it asks for and that there is. */
    List<ResourceStatus> status(ResourceSet current) {
        List<ResourceStatus> all = new ArrayList<>();
        for (Packed one : current.all()) {
            if (wants(one.name())) {
                all.add(status(one));
            }
        }
        return all;
    }

    /** What of this type the node refuses as it is published now. */
    List<ResourceStatus> refused(ResourceSet current) {
        if (refusal.versions().isEmpty()) {
            return List.of();
        }
        List<ResourceStatus> all = new ArrayList<>();
        for (String name : refusal.versions().keySet()) {
            Packed one = current.find(name);
            ResourceStatus status = one == null ? null : statusOf(one);
            if (status != null && status.state() == ResourceStatus.State.NACKED) {
                all.add(status);
            }
        }
        return all;
    }

    /** How the node stands to {@code one}; null: it did not ask for it. */
    @Nullable ResourceStatus statusOf(Packed one) {
        return wants(one.name()) ? status(one) : null;
    }

    private ResourceStatus status(Packed one) {
        String held = held(one.name());
        boolean same = held.equals(one.version());
        boolean refusedNow = one.version().equals(refusal.versions().get(one.name()));
        boolean underWay =
                !same || (inFlight != null && inFlight.what().changed().contains(one.name()));
        var state =
                underWay
                        ? ResourceStatus.State.STALE
                        : refusedNow ? ResourceStatus.State.NACKED : ResourceStatus.State.ACKED;
        String message = state == ResourceStatus.State.NACKED ? refusal.message() : "";
        return new ResourceStatus(type, one.name(), one.version(), held, state, message);
    }
}
