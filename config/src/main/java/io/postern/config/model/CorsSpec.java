package io.postern.config.model;

import io.postern.config.model.RouteMatch.Fraction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cors filter: on a filter chain without a policy, on routes and virtual hosts with one.
 *
 * <p>Source: {@code envoy.extensions.filters.http.cors.v3}.
 *
 * @param policy null: the filter does nothing here
 */
public record CorsSpec(@Nullable Policy policy) implements FilterSpec {
    /** Of the message on filter chains. */
    public static final String TYPE = "envoy.extensions.filters.http.cors.v3.Cors";

    /**
     * {@code CorsPolicy}. What a policy of a route leaves out is looked for in the one of its
     * surroundings; empty and null are "left out".
     *
     * @param maxAge seconds, as text
     * @param enabled share of the requests it is applied to; null: all
     * @param shadowEnabled share of the requests it is only counted for
     */
    public record Policy(
            List<StringMatcher> allowOrigins,
            String allowMethods,
            String allowHeaders,
            String exposeHeaders,
            String maxAge,
            @Nullable Boolean allowCredentials,
            @Nullable Boolean allowPrivateNetworkAccess,
            @Nullable Boolean forwardNotMatchingPreflights,
            @Nullable Fraction enabled,
            @Nullable Fraction shadowEnabled) {
        public Policy {
            allowOrigins = List.copyOf(allowOrigins);
        }

        private Policy within(Policy outer) {
            return new Policy(
                    allowOrigins.isEmpty() ? outer.allowOrigins : allowOrigins,
                    or(allowMethods, outer.allowMethods),
                    or(allowHeaders, outer.allowHeaders),
                    or(exposeHeaders, outer.exposeHeaders),
                    or(maxAge, outer.maxAge),
                    or(allowCredentials, outer.allowCredentials),
                    or(allowPrivateNetworkAccess, outer.allowPrivateNetworkAccess),
                    or(forwardNotMatchingPreflights, outer.forwardNotMatchingPreflights),
                    enabled,
                    shadowEnabled);
        }

        private static String or(String own, String outer) {
            return own.isEmpty() ? outer : own;
        }

        private static @Nullable Boolean or(@Nullable Boolean own, @Nullable Boolean outer) {
            return own == null ? outer : own;
        }
    }

    @Override
    public String typeName() {
        return TYPE;
    }

    @Override
    public FilterSpec within(FilterSpec outer) {
        return outer instanceof CorsSpec(Policy around) && around != null && policy != null
                ? new CorsSpec(policy.within(around))
                : this;
    }
}
