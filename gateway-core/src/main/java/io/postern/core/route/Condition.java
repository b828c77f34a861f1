package io.postern.core.route;

import io.postern.config.model.MetadataMatcher;
import io.postern.config.model.RouteMatch;
import io.postern.config.model.RouteMatch.Fraction;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.Metadata;
import io.postern.sdk.StreamInfo;
import io.postern.sdk.StreamInfo.TlsInfo;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a route asks for besides its path. Thread-safe: immutable. */
@FunctionalInterface
interface Condition {
    /** {@code stream}: what is known of it; null: nothing is. */
    boolean matches(HeaderMap head, long random, @Nullable StreamInfo stream);

    /** The conditions of a match; a head has to meet all of them. */
    static List<Condition> of(RouteMatch match) {
        var conditions = new ArrayList<Condition>();
        Fraction fraction = match.runtimeFraction();
        if (fraction != null) {
            conditions.add((_, random, _) -> isIn(fraction, random));
        }
        if (match.grpcOnly()) {
            conditions.add((head, _, _) -> GrpcRequest.isGrpc(head));
        }
        for (var header : match.headers()) {
            HeaderCondition condition = HeaderCondition.of(header);
            conditions.add((head, _, _) -> condition.matches(head));
        }
        for (var parameter : match.queryParameters()) {
            QueryCondition condition = QueryCondition.of(parameter);
            conditions.add((head, _, _) -> condition.matches(head));
        }
        Boolean presented = match.tlsPresented();
        if (presented != null) {
            boolean wanted = presented;
            conditions.add((_, _, stream) -> wanted == isPresented(stream));
        }
        Boolean validated = match.tlsValidated();
        if (validated != null) {
            boolean wanted = validated;
            conditions.add((_, _, stream) -> wanted == isValidated(stream));
        }
        for (MetadataMatcher metadata : match.dynamicMetadata()) {
            conditions.add((_, _, stream) ->
                    metadata.matches(stream == null ? Metadata.none() : stream.dynamicMetadata()));
        }
        return List.copyOf(conditions);
    }

    private static boolean isIn(Fraction fraction, long random) {
        return Long.remainderUnsigned(random, fraction.denominator()) < fraction.numerator();
    }

    private static boolean isValidated(@Nullable StreamInfo stream) {
        TlsInfo tls = stream == null ? null : stream.downstreamTls();
        return tls != null && tls.peerCertificateValidated();
    }

    private static boolean isPresented(@Nullable StreamInfo stream) {
        TlsInfo tls = stream == null ? null : stream.downstreamTls();
        return tls != null && (tls.peerCertificateValidated() || !tls.peerSubject().isEmpty());
    }
}
