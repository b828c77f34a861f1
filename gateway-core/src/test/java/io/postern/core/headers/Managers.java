package io.postern.core.headers;

import io.postern.config.model.FilterChain.CidrRange;
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
import io.postern.config.model.LocalReplyRules;
import io.postern.config.model.RouteTable;
import io.postern.config.model.RouterOptions;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Connection managers for tests: Envoy's defaults and what a test changes. */
final class Managers {
    boolean useRemoteAddress;
    int trustedHops;
    boolean skipXffAppend;
    List<CidrRange> internal = List.of();
    boolean normalizePath;
    boolean mergeSlashes;
    EscapedSlashes escapedSlashes = EscapedSlashes.KEEP_UNCHANGED;
    boolean generateRequestId = true;
    boolean preserveExternal;
    boolean alwaysSetRequestId;
    UnderscoreAction underscores = UnderscoreAction.ALLOW;
    ServerHeader serverHeader = ServerHeader.OVERWRITE;
    boolean stripAnyPort;
    boolean stripMatchingPort;
    boolean stripDot;
    boolean appendPort;
    List<HttpConnectionManager.AddressDetection> detections = List.of();
    HttpConnectionManager.@Nullable ClientCert clientCert;
    String via = "";
    boolean addUserAgent;
    String schemeToOverwrite = "";

    HttpConnectionManager build() {
        return new HttpConnectionManager(
                "test",
                CodecType.AUTO,
                new RouteTable(
                        "",
                        List.of(),
                        HeaderMutations.none(),
                        false,
                        false,
                        FilterOverrides.none()),
                List.of(),
                RouterOptions.defaults(),
                List.of(),
                HttpConnectionManager.LogTimes.END,
                new ClientAddress(
                        useRemoteAddress,
                        trustedHops,
                        skipXffAppend,
                        internal,
                        appendPort,
                        detections),
                new PathNormalization(normalizePath, mergeSlashes, escapedSlashes),
                new RequestId(generateRequestId, preserveExternal, alwaysSetRequestId),
                new Http1Options(
                        true, false, "", false, false, false, false, HeaderKeys.LOWER_CASE, null),
                new Http2Options(
                        4096, 100, 65535, 65535, false, false, Duration.ZERO, Duration.ZERO),
                Duration.ofHours(1),
                Duration.ZERO,
                Duration.ofMinutes(5),
                Duration.ZERO,
                Duration.ZERO,
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ZERO,
                0,
                60,
                100,
                underscores,
                "envoy",
                serverHeader,
                stripMatchingPort,
                stripAnyPort,
                stripDot,
                false,
                List.of(),
                via,
                addUserAgent,
                List.of(),
                schemeToOverwrite,
                LocalReplyRules.none(),
                Hardening.none(),
                clientCert,
                null);
    }
}
