package io.postern.core.route;

import io.postern.config.model.RouteAction;
import io.postern.config.model.RouteAction.ClusterChoice;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.StreamInfo;
import org.jspecify.annotations.Nullable;

/** Makes the decision once a route has matched. Thread-safe: immutable. */
@FunctionalInterface
interface RouteChoice {
    /** Digits that certainly fit. */
    int MOST_DIGITS = 18;

    /** {@code stream}: what is known of it; null: nothing is. */
    RouteDecision choose(HeaderMap head, long random, @Nullable StreamInfo stream);

    /** The same decision every time. */
    static RouteChoice always(RouteDecision decision) {
        return (_, _, _) -> decision;
    }

    /** Asks the request for the name; only its first value counts, since clients can send more. */
    static RouteChoice fromHeader(
            CompiledRoute route, RouteAction.Forward action, HeaderName header) {
        return (head, _, _) -> {
            int index = head.indexOf(header);
            String cluster = index < 0 ? "" : head.valueUtf8(index);
            return new RouteDecision.Forward(route, action, cluster);
        };
    }

    /** The decision in whose share of the weights the random number falls. */
    static RouteChoice weighted(
            RouteChoice[] decisions, ClusterChoice.Weighted choice, RouteAction.Forward action) {
        long[] ends = new long[decisions.length];
        long end = 0;
        for (int i = 0; i < ends.length; i++) {
            end += Integer.toUnsignedLong(choice.clusters().get(i).weight());
            ends[i] = end;
        }
        long total = choice.totalWeight() > 0 ? choice.totalWeight() : Math.max(1, end);
        HeaderName header = choice.randomHeader();
        boolean byHash = choice.byHash();
        return (head, random, stream) -> {
            long number =
                    byHash ? hash(head, action, random, stream) : number(head, header, random);
            long at = Long.remainderUnsigned(number, total);
            int i = 0;
            while (i < ends.length - 1 && at >= ends[i]) {
                i++;
            }
            return decisions[i].choose(head, random, stream);
        };
    }

    /** What the route's hash policies say, if they say anything. */
    private static long hash(
            HeaderMap head, RouteAction.Forward action, long random, @Nullable StreamInfo stream) {
        if (stream == null) {
            return random;
        }
        var hash = new RequestHash(action.hashPolicies(), head, RequestHash.Peers.of(stream));
        return hash.isPresent() ? hash.value() : random;
    }

    /** What the header says, if it is a number. */
    private static long number(HeaderMap head, @Nullable HeaderName header, long random) {
        String value = header == null ? null : head.get(header);
        if (value == null || value.isEmpty() || value.length() > MOST_DIGITS) {
            return random;
        }
        long number = 0;
        for (int i = 0; i < value.length(); i++) {
            int digit = value.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return random;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
