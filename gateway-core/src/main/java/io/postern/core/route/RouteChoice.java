package io.postern.core.route;

import io.postern.config.model.RouteAction;
import io.postern.config.model.RouteAction.ClusterChoice;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import org.jspecify.annotations.Nullable;

/** Makes the decision once a route has matched. Thread-safe: immutable. */
@FunctionalInterface
interface RouteChoice {
    /** Digits that certainly fit. */
    int MOST_DIGITS = 18;

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
    static RouteChoice weighted(RouteChoice[] decisions, ClusterChoice.Weighted choice) {
        long[] ends = new long[decisions.length];
        long end = 0;
        for (int i = 0; i < ends.length; i++) {
            end += Integer.toUnsignedLong(choice.clusters().get(i).weight());
            ends[i] = end;
        }
        long total = choice.totalWeight() > 0 ? choice.totalWeight() : Math.max(1, end);
        HeaderName header = choice.randomHeader();
        return (head, random) -> {
            long at = Long.remainderUnsigned(number(head, header, random), total);
            int i = 0;
            while (i < ends.length - 1 && at >= ends[i]) {
                i++;
            }
            return decisions[i].choose(head, random);
        };
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
