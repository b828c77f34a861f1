package io.postern.core.http;

import io.postern.config.model.Cluster;
import io.postern.config.model.Cluster.Thresholds;
import io.postern.config.model.FilterOverrides;
import io.postern.config.model.Hardening;
import io.postern.config.model.HeaderMutations;
import io.postern.config.model.HttpConnectionManager;
import io.postern.config.model.HttpConnectionManager.ClientAddress;
import io.postern.config.model.HttpConnectionManager.CodecType;
import io.postern.config.model.HttpConnectionManager.EscapedSlashes;
import io.postern.config.model.HttpConnectionManager.HeaderKeys;
import io.postern.config.model.HttpConnectionManager.Http1Options;
import io.postern.config.model.HttpConnectionManager.Http2Options;
import io.postern.config.model.HttpConnectionManager.PathNormalization;
import io.postern.config.model.HttpConnectionManager.RequestId;
import io.postern.config.model.HttpConnectionManager.ServerHeader;
import io.postern.config.model.HttpConnectionManager.UnderscoreAction;
import io.postern.config.model.LoadBalancing;
import io.postern.config.model.LocalReplyRules;
import io.postern.config.model.Resilience;
import io.postern.config.model.RouteTable;
import io.postern.config.model.RouterOptions;
import io.postern.sdk.Metadata;
import java.time.Duration;
import java.util.List;

/** Configurations for tests: Envoy's defaults but for what a test changes. */
final class Settings {
    static final Http1Options HTTP1 =
            new Http1Options(
                    true, false, "", false, false, false, false, HeaderKeys.LOWER_CASE, null);
    static final Http1Options HTTP1_OLD =
            new Http1Options(
                    true,
                    true,
                    "default.example",
                    true,
                    true,
                    true,
                    false,
                    HeaderKeys.LOWER_CASE,
                    null);
    static final Http2Options HTTP2 =
            new Http2Options(4096, 100, 65536, 1 << 20, false, false, Duration.ZERO, Duration.ZERO);

    private static final RouteTable ROUTES =
            new RouteTable(
                    "routes",
                    List.of(),
                    HeaderMutations.none(),
                    false,
                    false,
                    FilterOverrides.none());
    private static final Thresholds THRESHOLDS = new Thresholds(1024, 1024, 1024, 3, null, false);

    private Settings() {}

    static Cluster cluster() {
        return cluster(HTTP1, HTTP2);
    }

    @SuppressWarnings("NullAway") // it does not see the annotation of a nested type in a class file
    static Cluster cluster(Http1Options http1, Http2Options http2) {
        return new Cluster(
                "upstream",
                "upstream",
                new Cluster.Discovery.Static(),
                Cluster.Assignment.of(List.of()),
                LoadBalancing.of(new LoadBalancing.Policy.RoundRobin()),
                List.of(),
                null,
                Duration.ofSeconds(1),
                null,
                List.of(),
                Cluster.Protocol.HTTP1,
                http1,
                http2,
                new Cluster.CircuitBreakers(THRESHOLDS, THRESHOLDS),
                Cluster.Sockets.plain(),
                Cluster.HostLoss.gentle(),
                Resilience.none(),
                32 * 1024,
                0,
                Duration.ZERO,
                Duration.ZERO,
                8,
                100,
                Metadata.none());
    }

    static HttpConnectionManager manager() {
        return manager(CodecType.HTTP1, HTTP1, HTTP2, UnderscoreAction.ALLOW, false);
    }

    static HttpConnectionManager manager(Http1Options http1) {
        return manager(CodecType.HTTP1, http1, HTTP2, UnderscoreAction.ALLOW, false);
    }

    static HttpConnectionManager manager(
            CodecType codec,
            Http1Options http1,
            Http2Options http2,
            UnderscoreAction underscores,
            boolean proxyContinue) {
        return new HttpConnectionManager(
                "test",
                codec,
                ROUTES,
                List.of(),
                RouterOptions.defaults(),
                List.of(),
                HttpConnectionManager.LogTimes.END,
                new ClientAddress(false, 0, false, List.of(), false, List.of()),
                new PathNormalization(false, false, EscapedSlashes.KEEP_UNCHANGED),
                new RequestId(true, false, false),
                http1,
                http2,
                Duration.ofHours(1),
                Duration.ZERO,
                Duration.ofMinutes(5),
                Duration.ZERO,
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ZERO,
                0,
                8,
                100,
                underscores,
                "envoy",
                ServerHeader.OVERWRITE,
                false,
                false,
                false,
                proxyContinue,
                List.of("websocket"),
                "",
                false,
                List.of(),
                "",
                LocalReplyRules.none(),
                Hardening.none(),
                null,
                null);
    }
}
