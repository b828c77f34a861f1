package io.postern.xds.resources.envoy;

import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster.ClusterWeight;
import io.postern.xds.resources.document.Tree;
import java.util.ArrayList;
import java.util.List;

/** Changes of headers, of filters and of policies, in the order in which they are given. */
final class HeaderChanges {
    private final List<HeaderValueOption> toRequest = new ArrayList<>();
    private final List<String> fromRequest = new ArrayList<>();
    private final List<HeaderValueOption> toResponse = new ArrayList<>();
    private final List<String> fromResponse = new ArrayList<>();

    void request(Tree modifier) {
        take(modifier, toRequest, fromRequest);
    }

    void response(Tree modifier) {
        take(modifier, toResponse, fromResponse);
    }

    private static void take(Tree modifier, List<HeaderValueOption> to, List<String> from) {
        add(modifier, "set", HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD, to);
        add(modifier, "add", HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD, to);
        from.addAll(modifier.texts("remove"));
    }

    private static void add(
            Tree modifier, String name, HeaderAppendAction action, List<HeaderValueOption> to) {
        for (var header : modifier.items(name)) {
            to.add(Protos.header(header.text("name"), header.text("value"), action));
        }
    }

    void apply(Route.Builder route) {
        route.addAllRequestHeadersToAdd(toRequest)
                .addAllRequestHeadersToRemove(fromRequest)
                .addAllResponseHeadersToAdd(toResponse)
                .addAllResponseHeadersToRemove(fromResponse);
    }

    void apply(ClusterWeight.Builder cluster) {
        cluster.addAllRequestHeadersToAdd(toRequest)
                .addAllRequestHeadersToRemove(fromRequest)
                .addAllResponseHeadersToAdd(toResponse)
                .addAllResponseHeadersToRemove(fromResponse);
    }
}
