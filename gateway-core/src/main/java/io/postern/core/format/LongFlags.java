package io.postern.core.format;

import java.util.Map;

/**
 * The long names of response flags.
 *
 * <p>Source: Envoy 1.40, "Access Logging: RESPONSE_FLAGS_LONG". Pure functions.
 */
final class LongFlags {
    private static final Map<String, String> NAMES =
            Map.ofEntries(
                    Map.entry("LH", "FailedLocalHealthCheck"),
                    Map.entry("UH", "NoHealthyUpstream"),
                    Map.entry("UT", "UpstreamRequestTimeout"),
                    Map.entry("LR", "LocalReset"),
                    Map.entry("UR", "UpstreamRemoteReset"),
                    Map.entry("UF", "UpstreamConnectionFailure"),
                    Map.entry("UC", "UpstreamConnectionTermination"),
                    Map.entry("UO", "UpstreamOverflow"),
                    Map.entry("NR", "NoRouteFound"),
                    Map.entry("DI", "DelayInjected"),
                    Map.entry("FI", "FaultInjected"),
                    Map.entry("RL", "RateLimited"),
                    Map.entry("UAEX", "UnauthorizedExternalService"),
                    Map.entry("RLSE", "RateLimitServiceError"),
                    Map.entry("DC", "DownstreamConnectionTermination"),
                    Map.entry("URX", "UpstreamRetryLimitExceeded"),
                    Map.entry("SI", "StreamIdleTimeout"),
                    Map.entry("IH", "InvalidEnvoyRequestHeaders"),
                    Map.entry("DPE", "DownstreamProtocolError"),
                    Map.entry("UMSDR", "UpstreamMaxStreamDurationReached"),
                    Map.entry("RFCF", "ResponseFromCacheFilter"),
                    Map.entry("NFCF", "NoFilterConfigFound"),
                    Map.entry("DT", "DurationTimeout"),
                    Map.entry("UPE", "UpstreamProtocolError"),
                    Map.entry("NC", "NoClusterFound"),
                    Map.entry("OM", "OverloadManagerTerminated"),
                    Map.entry("DF", "DnsResolutionFailed"),
                    Map.entry("DO", "DropOverload"),
                    Map.entry("DR", "DownstreamRemoteReset"),
                    Map.entry("UDO", "UnconditionalDropOverload"));

    private LongFlags() {}

    /** {@code UF,URX} to {@code UpstreamConnectionFailure,UpstreamRetryLimitExceeded}. */
    static String of(String flags) {
        if (flags.equals("-")) {
            return flags;
        }
        var names = new StringBuilder();
        for (String flag : flags.split(",", -1)) {
            names.append(names.isEmpty() ? "" : ",").append(NAMES.getOrDefault(flag, flag));
        }
        return names.toString();
    }
}
