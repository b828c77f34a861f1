package io.postern.xds.resources.envoy;

import io.envoyproxy.envoy.config.route.v3.Route;
import io.postern.xds.resources.document.Document;
import java.util.Comparator;

/**
 * A route and its place among the others of a host.
 *
 * @param owner the document that it is made of
 * @param rule its index there
 */
record RankedRoute(Route route, Rank rank, Document owner, int rule) {
    /**
     * What makes one match come before another. Source: Gateway API, HTTPRouteRule.matches and
     * GRPCRouteRule.matches.
     *
     * @param form 0 exact path, 1 regular expression, 2 prefix; always 0 of gRPC
     * @param first length of the path, or of the gRPC service
     * @param second length of the gRPC method
     * @param method whether there is a method
     */
    record Rank(int form, int first, int second, boolean method, int headers, int parameters) {}

    /** The one that is tried first comes first. */
    static final Comparator<RankedRoute> ORDER =
            Comparator.comparingInt((RankedRoute one) -> one.rank().form())
                    .thenComparing(one -> one.rank().first(), Comparator.reverseOrder())
                    .thenComparing(one -> one.rank().second(), Comparator.reverseOrder())
                    .thenComparing(one -> one.rank().method(), Comparator.reverseOrder())
                    .thenComparing(one -> one.rank().headers(), Comparator.reverseOrder())
                    .thenComparing(one -> one.rank().parameters(), Comparator.reverseOrder())
                    .thenComparing(RankedRoute::owner, Document.BY_AGE)
                    .thenComparingInt(RankedRoute::rule);
}
