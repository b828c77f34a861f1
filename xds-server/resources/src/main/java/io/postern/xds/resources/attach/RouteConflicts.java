package io.postern.xds.resources.attach;

import static io.postern.xds.resources.attach.Conditions.ACCEPTED;

import io.postern.xds.resources.attach.GatewayListener.Attachment;
import java.util.ArrayList;
import java.util.List;

/**
 * Routes that cannot be told apart on a listener: the older one stays. HTTPRoutes and GRPCRoutes
 * share no host, TLSRoutes no name, and a TCP listener has one route.
 *
 * <p>Source: Gateway API, GRPCRouteSpec.hostnames and TLSRouteSpec.hostnames.
 */
public final class RouteConflicts {
    private final Statuses statuses;

    public RouteConflicts(Statuses statuses) {
        this.statuses = statuses;
    }

    /** Removes what loses from each listener. */
    public void resolve(List<OurGateway> gateways) {
        for (var gateway : gateways) {
            for (var listener : gateway.listeners()) {
                var kept = new ArrayList<Attachment>();
                if (listener.protocol().isHttp() && areOfOneKind(listener.attachments())) {
                    continue;
                }
                for (var attachment : List.copyOf(listener.attachments())) {
                    var winner = kept.stream().filter(one -> conflict(one, attachment)).findFirst();
                    if (winner.isEmpty()) {
                        kept.add(attachment);
                    } else {
                        refuse(attachment, winner.get());
                    }
                }
                listener.attachments().clear();
                listener.attachments().addAll(kept);
            }
        }
    }

    private static boolean areOfOneKind(List<Attachment> attachments) {
        return attachments.stream().map(one -> one.route().key().kind()).distinct().count() < 2;
    }

    private static boolean conflict(Attachment older, Attachment younger) {
        if (older.route().equals(younger.route())) {
            return false;
        }
        var one = older.route().key().kind();
        var other = younger.route().key().kind();
        return switch (older.listener().protocol()) {
            case HTTP, HTTPS -> !one.equals(other) && overlap(older, younger);
            case TLS_PASSTHROUGH, TLS_TERMINATE ->
                    older.hostnames().stream().anyMatch(younger.hostnames()::contains)
                            || one.equals("TCPRoute")
                            || other.equals("TCPRoute");
            case TCP -> true;
            case UNSUPPORTED -> false;
        };
    }

    private static boolean overlap(Attachment older, Attachment younger) {
        return older.hostnames().stream()
                .anyMatch(host ->
                        younger.hostnames().stream()
                                .anyMatch(other -> Hostnames.overlap(host, other)));
    }

    private void refuse(Attachment loser, Attachment winner) {
        var message =
                "the older "
                        + winner.route().key()
                        + " has the same hosts on the listener "
                        + loser.listener().name();
        loser.conditions().fail(ACCEPTED, "Conflicted", message);
        statuses.of(loser.route()).error(loser.parent(), message, "");
    }
}
