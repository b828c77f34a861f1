package io.postern.config.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which requests a route is for: all parts must match.
 *
 * <p>Source: {@code envoy.config.route.v3.RouteMatch}.
 *
 * @param runtimeFraction share of the requests, null: all
 * @param grpcOnly content-type must be application/grpc
 * @param tlsPresented null: does not matter; whether the client presented a certificate
 * @param tlsValidated the same; whether that certificate was checked and is good
 * @param dynamicMetadata of the stream; filters put it there and have the route chosen anew
 */
public record RouteMatch(
        PathMatcher path,
        List<HeaderMatcher> headers,
        List<QueryParameterMatcher> queryParameters,
        @Nullable Fraction runtimeFraction,
        boolean grpcOnly,
        @Nullable Boolean tlsPresented,
        @Nullable Boolean tlsValidated,
        List<MetadataMatcher> dynamicMetadata) {
    public RouteMatch {
        headers = List.copyOf(headers);
        queryParameters = List.copyOf(queryParameters);
        dynamicMetadata = List.copyOf(dynamicMetadata);
    }

    /** {@code numerator / denominator}; denominator is 100, 10,000 or 1,000,000. */
    public record Fraction(int numerator, int denominator) {}
}
