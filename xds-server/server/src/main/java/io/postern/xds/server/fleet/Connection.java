package io.postern.xds.server.fleet;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.postern.config.model.ResourceType;
import io.postern.xds.server.content.Snapshot;
import io.postern.xds.server.protocol.Ask;
import io.postern.xds.server.protocol.Outgoing;
import io.postern.xds.server.protocol.ResourceStatus;
import io.postern.xds.server.protocol.Session;
import io.postern.xds.server.protocol.StreamException;
import io.postern.xds.server.protocol.StreamException.Reason;
import io.postern.xds.server.protocol.Variant;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A stream and the node at its other end. Confined to its lane, but for {@code on…} methods. */
public final class Connection {
    private final Lane lane;
    private final Fleet fleet;
    private final Outlet outlet;
    private final Opening opening;
    private final Map<ResourceType, String> told = new HashMap<>();
    private @Nullable NodeIdentity node;
    private @Nullable Session session;
    private long revision = -1;
    private boolean closed;

    /**
     * How a stream begins.
     *
     * @param type of a stream that has only one; empty: it has all
     * @param peer address, for people
     * @param own it is the gateway of this process, which serves every group
     */
    public record Opening(
            Variant variant,
            String type,
            String peer,
            Gatekeeper.Credential credential,
            Instant since,
            boolean own) {}

    Connection(Lane lane, Fleet fleet, Outlet outlet, Opening opening) {
        this.lane = lane;
        this.fleet = fleet;
        this.outlet = outlet;
        this.opening = opening;
    }

    /** A request arrived. Any thread. */
    public void onMessage(byte[] octets) {
        lane.execute(this, () -> take(octets));
    }

    /** There is room for a response again. Any thread. */
    public void onReady() {
        lane.execute(this, this::pump);
    }

    /** The node has said all it wanted to. Any thread. */
    public void onHalfClose() {
        lane.execute(
                this,
                () -> {
                    if (!closed) {
                        outlet.complete();
                        leave();
                    }
                });
    }

    /** The stream has ended. Any thread. */
    public void onEnd() {
        lane.execute(this, this::leave);
    }

    private void take(byte[] octets) {
        if (closed) {
            return;
        }
        Ask ask;
        try {
            ask = Ask.read(opening.variant(), octets).withType(opening.type());
        } catch (InvalidProtocolBufferException e) {
            throw new StreamException(Reason.INVALID_ARGUMENT, "not a request: " + e.getMessage());
        }
        Session known = session == null ? begin(ask.node()) : session;
        catchUp(fleet.publication());
        if (!opening.type().isEmpty() && !ask.typeUrl().equals(opening.type())) {
            throw new StreamException(
                    Reason.INVALID_ARGUMENT,
                    ask.typeUrl() + " on a stream for " + opening.type() + " only");
        }
        lane.subscribers().update(this, known, known.onAsk(ask));
        tellComplaints(known);
        pump();
        outlet.receiveNext();
    }

    private Session begin(@Nullable Node told) {
        if (told == null) {
            throw new StreamException(
                    Reason.INVALID_ARGUMENT, "the first request of a stream names no node");
        }
        var said = NodeIdentity.of(told);
        var identity = opening.own() ? said.inEveryGroup() : said;
        String refused = fleet.gatekeeper().refuses(opening.credential(), identity);
        if (refused != null) {
            throw new StreamException(Reason.PERMISSION_DENIED, refused);
        }
        Publication publication = fleet.publication();
        Snapshot snapshot = publication.snapshotFor(identity);
        node = identity;
        revision = publication.revision();
        Session begun = new Session(opening.variant(), lane.cache(), snapshot);
        session = begun;
        return begun;
    }

    // Once per complaint, not once per answer.
    private void tellComplaints(Session known) {
        Map<ResourceType, String> now = known.complaints();
        now.forEach((type, text) -> {
            if (node != null && !text.equals(told.put(type, text))) {
                fleet.log().refused(node, type, text);
            }
        });
        told.keySet().retainAll(now.keySet());
    }

    /** Takes over what is published now. */
    void publish(Publication publication) {
        catchUp(publication);
        pump();
    }

    // One that was overtaken on its way here is over.
    private void catchUp(Publication publication) {
        if (session != null && node != null && publication.revision() > revision) {
            session.onSnapshot(publication.snapshotFor(node));
            revision = publication.revision();
        }
    }

    /** Sends what there is to send, as long as there is room. */
    void pump() {
        if (session == null || closed) {
            return;
        }
        Admission admission = lane.admission();
        while (outlet.isReady()) {
            admission.released(this);
            if (session.owesMoreThan(Admission.LARGE) && !admission.admits(this)) {
                return;
            }
            Outgoing next = session.next(lane.nanoTime());
            if (next == null) {
                return;
            }
            outlet.send(next);
            if (next.size() > Admission.LARGE) {
                admission.took(this, next.size(), lane.nanoTime());
            }
        }
    }

    /** Goes on where a node did not answer in time, or where nothing changed for it. */
    void remind(Publication publication) {
        boolean behind = publication.revision() > revision;
        catchUp(publication);
        if (session != null && (behind || session.isWaiting())) {
            pump();
        }
    }

    /** Its node has not read for so long that others should not pay for it any more. */
    void cutOff() {
        refuse(new StreamException(Reason.RESOURCE_EXHAUSTED, "the node does not read"));
    }

    /** Ends the stream because of what was asked. */
    void refuse(StreamException reason) {
        if (!closed) {
            if (node != null || reason.reason() == Reason.PERMISSION_DENIED) {
                fleet.log().ended(node, opening.peer(), String.valueOf(reason.getMessage()));
            }
            outlet.close(reason);
            leave();
        }
    }

    private void leave() {
        if (!closed) {
            closed = true;
            lane.remove(this);
            fleet.left();
        }
    }

    /** How the node stands to a resource; null: it is none of those, or does not want it. */
    @Nullable Standing standing(Predicate<List<String>> groups, ResourceType type, String name) {
        if (session == null || node == null || !groups.test(fleet.publication().groupsOf(node))) {
            return null;
        }
        catchUp(fleet.publication());
        ResourceStatus status = session.status(type, name);
        return status == null ? null : new Standing(node, status);
    }

    /** What of a type the node refuses. */
    List<Standing> refused(ResourceType type) {
        NodeIdentity known = node;
        if (session == null || known == null) {
            return List.of();
        }
        List<ResourceStatus> refused = session.refused(type);
        return refused.isEmpty()
                ? List.of()
                : refused.stream().map(one -> new Standing(known, one)).toList();
    }

    /** What is known of the node; null: nothing yet, or it is none of those. */
    @Nullable NodeStatus status(Predicate<NodeIdentity> which, boolean withResources) {
        if (session == null || node == null || !which.test(node)) {
            return null;
        }
        catchUp(fleet.publication());
        return new NodeStatus(
                node,
                fleet.publication().groupsOf(node),
                opening.peer(),
                opening.variant(),
                opening.since(),
                revision,
                session.isWaiting(),
                session.complaints(),
                withResources ? session.status() : List.of());
    }
}
