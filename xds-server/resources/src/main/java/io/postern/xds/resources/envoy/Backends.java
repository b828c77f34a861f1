package io.postern.xds.resources.envoy;

import static io.postern.xds.resources.attach.Conditions.ACCEPTED;
import static io.postern.xds.resources.attach.Conditions.RESOLVED_REFS;

import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteAction.ClusterNotFoundResponseCode;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster.ClusterWeight;
import io.postern.xds.resources.attach.GatewayListener.Attachment;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.Tree;
import io.postern.xds.resources.envoy.Destination.Broken;
import io.postern.xds.resources.envoy.Destination.Known;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Divides requests among backends. What cannot be resolved keeps its share, which is answered 500:
 * by the name of a cluster that there never is.
 */
final class Backends {
    /** Not a name that a backend's cluster could have. */
    static final String NOWHERE = "postern-no-backend";

    private record Share(String cluster, int weight, HeaderChanges headers, boolean changed) {}

    private final Translating translating;
    private final Upstreams upstreams;

    Backends(Translating translating, Upstreams upstreams) {
        this.translating = translating;
        this.upstreams = upstreams;
    }

    /** Sets the cluster or clusters of {@code action}; false: there is none to send anything to. */
    boolean split(
            Attachment attachment,
            Tree rule,
            @Nullable Document breakers,
            RouteAction.Builder action) {
        if (rule.items("backendRefs").isEmpty()) {
            translating
                    .statuses()
                    .of(attachment.route())
                    .warning(rule, "no backendRefs: its requests are answered 500", "");
        }
        var shares = new ArrayList<Share>();
        for (var reference : rule.items("backendRefs")) {
            var share = share(attachment, reference, breakers);
            if (share.weight() > 0) {
                shares.add(share);
            }
        }
        if (shares.stream().allMatch(share -> share.cluster().equals(NOWHERE))) {
            return false;
        }
        if (shares.size() == 1 && !shares.getFirst().changed()) {
            action.setCluster(shares.getFirst().cluster());
            return true;
        }
        action.setWeightedClusters(weighted(shares));
        if (shares.stream().anyMatch(share -> share.cluster().equals(NOWHERE))) {
            action.setClusterNotFoundResponseCode(
                    ClusterNotFoundResponseCode.INTERNAL_SERVER_ERROR);
        }
        return true;
    }

    private static WeightedCluster weighted(List<Share> shares) {
        var weighted = WeightedCluster.newBuilder();
        for (var share : shares) {
            var cluster =
                    ClusterWeight.newBuilder()
                            .setName(share.cluster())
                            .setWeight(Protos.number(share.weight()));
            share.headers().apply(cluster);
            weighted.addClusters(cluster);
        }
        return weighted.build();
    }

    private Share share(Attachment attachment, Tree reference, @Nullable Document breakers) {
        var headers = new HeaderChanges();
        boolean changed = false;
        boolean unsupported = false;
        for (var filter : reference.items("filters")) {
            switch (filter.text("type")) {
                case "RequestHeaderModifier" -> headers.request(filter.at("requestHeaderModifier"));
                case "ResponseHeaderModifier" ->
                        headers.response(filter.at("responseHeaderModifier"));
                default -> unsupported = true;
            }
            changed = true;
            if (unsupported) {
                refuse(attachment, filter);
            }
        }
        var cluster =
                switch (upstreams.find(attachment.route(), reference, breakers)) {
                    case Known(var name) -> unsupported ? NOWHERE : name;
                    case Broken(var reason, var message) -> {
                        attachment.conditions().fail(RESOLVED_REFS, reason, message);
                        yield NOWHERE;
                    }
                };
        return new Share(cluster, reference.number("weight", 1), headers, changed);
    }

    private void refuse(Attachment attachment, Tree filter) {
        var message = filter.text("type") + " is not possible for one backend of several";
        translating
                .statuses()
                .of(attachment.route())
                .error(filter, message, "move it to the filters of the rule");
        attachment.conditions().fail(ACCEPTED, "UnsupportedValue", message);
    }
}
