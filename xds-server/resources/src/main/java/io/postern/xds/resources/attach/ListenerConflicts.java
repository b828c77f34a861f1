package io.postern.xds.resources.attach;

import static io.postern.xds.resources.attach.Conditions.ACCEPTED;
import static io.postern.xds.resources.attach.Conditions.CONFLICTED;

import io.postern.xds.resources.Condition.State;
import io.postern.xds.resources.attach.GatewayListener.Protocol;
import java.util.ArrayList;
import java.util.List;

/**
 * Listeners that cannot be told apart. In one Gateway none of them is served; of two Gateways on
 * the same nodes the older one is.
 *
 * <p>Source: Gateway API, GatewaySpec.listeners.
 */
public final class ListenerConflicts {
    private final Statuses statuses;

    public ListenerConflicts(Statuses statuses) {
        this.statuses = statuses;
    }

    /** Those of one Gateway. */
    void within(List<GatewayListener> listeners) {
        for (var listener : listeners) {
            for (var other : listeners) {
                var reason = listener.name().equals(other.name()) ? "" : conflict(listener, other);
                if (!reason.isEmpty()) {
                    refuse(listener, reason, "the listener " + other.name());
                }
            }
        }
    }

    /** Those of Gateways that the same nodes serve, the oldest first. */
    public void between(List<OurGateway> gateways) {
        var taken = new ArrayList<GatewayListener>();
        for (var gateway : gateways) {
            for (var listener : gateway.listeners()) {
                for (var other : taken) {
                    var reason =
                            other.gateway().equals(listener.gateway())
                                    ? ""
                                    : conflict(listener, other);
                    if (!reason.isEmpty()) {
                        refuse(
                                listener,
                                reason,
                                "the listener "
                                        + other.name()
                                        + " of "
                                        + other.gateway().key()
                                        + " on the same nodes");
                    }
                }
            }
            gateway.listeners().stream().filter(GatewayListener::isServed).forEach(taken::add);
        }
    }

    private void refuse(GatewayListener listener, String reason, String other) {
        var message =
                (reason.equals("ProtocolConflict")
                                ? "another protocol on the port of "
                                : "the same port and host name as ")
                        + other;
        statuses.of(listener.gateway()).error(listener.tree(), message, "");
        listener.conditions().say(CONFLICTED, State.TRUE, reason, message);
        listener.conditions().fail(ACCEPTED, reason, message);
    }

    private static String conflict(GatewayListener one, GatewayListener other) {
        if (one.port() != other.port()
                || one.protocol() == Protocol.UNSUPPORTED
                || other.protocol() == Protocol.UNSUPPORTED) {
            return "";
        }
        boolean tls = one.protocol().isTls() && other.protocol().isTls();
        if (!tls && one.protocol() != other.protocol()) {
            return "ProtocolConflict";
        }
        if (one.protocol() == Protocol.TCP) {
            return "ProtocolConflict"; // nothing tells their connections apart
        }
        return one.hostname().equals(other.hostname()) ? "HostnameConflict" : "";
    }
}
