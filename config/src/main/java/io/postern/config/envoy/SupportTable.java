package io.postern.config.envoy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which messages and fields of Envoy's API are supported: what the translators declare, put
 * together.
 *
 * <p>Thread-safe: not changed once made.
 */
final class SupportTable {
    private final Map<String, MessageSupport> byType = new HashMap<>();

    SupportTable() {
        Stream.of(
                        BootstrapTranslator.declared(),
                        OverloadTranslator.declared(),
                        ListenerTranslator.declared(),
                        ListenerFiltersTranslator.declared(),
                        TcpProxyTranslator.declared(),
                        ConnectionManagerTranslator.declared(),
                        ProxyStatusTranslator.declared(),
                        EarlyMutationsTranslator.declared(),
                        RouteSourceTranslator.declared(),
                        GoogleGrpcTranslator.declared(),
                        ScopedRoutesTranslator.declared(),
                        ClientTranslator.declared(),
                        ProtocolOptionsTranslator.declared(),
                        HttpFilterTranslator.declared(),
                        RouterTranslator.declared(),
                        WasmTranslator.declared(),
                        RemoteDataSourceTranslator.declared(),
                        OpaTranslator.declared(),
                        RolloutTranslator.declared(),
                        HardeningTranslator.declared(),
                        CorsTranslator.declared(),
                        SetMetadataTranslator.declared(),
                        StatefulSessionTranslator.declared(),
                        LocalReplyTranslator.declared(),
                        RouteTableTranslator.declared(),
                        RouteTranslator.declared(),
                        ForwardTranslator.declared(),
                        AnswerTranslator.declared(),
                        RetryPolicyTranslator.declared(),
                        TriesTranslator.declared(),
                        HashPolicyTranslator.declared(),
                        MirrorTranslator.declared(),
                        InternalRedirectTranslator.declared(),
                        UriTemplateTranslator.declared(),
                        SubsetsTranslator.declared(),
                        ProxySocketTranslator.declared(),
                        HeaderMutationsTranslator.declared(),
                        MatcherTranslator.declared(),
                        MetadataMatcherTranslator.declared(),
                        AccessLogTranslator.declared(),
                        ClusterTranslator.declared(),
                        DiscoveryTranslator.declared(),
                        NameServersTranslator.declared(),
                        ForwardProxyTranslator.declared(),
                        LbPolicyTranslator.declared(),
                        HealthCheckTranslator.declared(),
                        OutlierDetectionTranslator.declared(),
                        CircuitBreakersTranslator.declared(),
                        ResilienceTranslator.declared(),
                        UpstreamOptionsTranslator.declared(),
                        EndpointsTranslator.declared(),
                        TlsTranslator.declared(),
                        CommonTranslator.declared(),
                        SecretTranslator.declared(),
                        ConfigSourceTranslator.declared(),
                        RuntimeTranslator.declared(),
                        RuntimeReader.declared())
                .flatMap(List::stream)
                .forEach(this::add);
    }

    private void add(MessageSupport message) {
        if (byType.put(message.type(), message) != null) {
            throw new IllegalStateException("bug: two translators read " + message.type());
        }
    }

    /** What is read of messages of {@code type}; null: nothing. */
    @Nullable MessageSupport of(String type) {
        return byType.get(type);
    }

    /** All declared messages, by name. */
    List<MessageSupport> messages() {
        return byType.values().stream().sorted((a, b) -> a.type().compareTo(b.type())).toList();
    }
}
