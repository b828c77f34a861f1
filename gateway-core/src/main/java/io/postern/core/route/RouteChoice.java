package io.postern.core.route;

import io.postern.config.model.RouteAction;
import io.postern.config.model.RouteAction.ClusterChoice;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;

/** Makes the decision once a route has matched. Thread-safe: immutable. */
@FunctionalInterface
interface RouteChoice {
    RouteDecision choose(HeaderMap head, long random);

    /** The same decision every time. */
    static RouteChoice always(RouteDecision decision) {
        return (_, _) -> decision;
    }

    /** Asks the request for the name; only its first value counts, since clients can send more. */
    static RouteChoice fromHeader(
            CompiledRoute route, RouteAction.Forward action, HeaderName header) {
        return (head, _) -> {
            int index = head.indexOf(header);
            String cluster = index < 0 ? "" : head.valueUtf8(index);
            return new RouteDecision.Forward(route, action, cluster);
        };
    }

    /** The decision in whose share of the weights the random number falls. */
    static RouteChoice weighted(RouteDecision[] decisions, ClusterChoice.Weighted choice) {
        long[] ends = new long[decisions.length];
        long end = 0;
        for (int i = 0; i < ends.length; i++) {
            end += Integer.toUnsignedLong(choice.clusters().get(i).weight());
            ends[i] = end;
        }
        long total = choice.totalWeight() > 0 ? choice.totalWeight() : Math.max(1, end);
        return (_, random) -> {
            long at = Long.remainderUnsigned(random, total);
            int i = 0;
            while (i < ends.length - 1 && at >= ends[i]) {
                i++;
            }
            return decisions[i];
        };
    }
}
