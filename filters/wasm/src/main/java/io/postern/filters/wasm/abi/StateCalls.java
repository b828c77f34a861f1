package io.postern.filters.wasm.abi;

import io.postern.sdk.StreamInfo;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Foreign functions over filter state: {@code set_envoy_filter_state} and {@code declare_property}.
 *
 * <p>Source: Envoy's {@code source/extensions/common/wasm/ext/set_envoy_filter_state.proto} and
 * {@code declare_property.proto}.
 */
final class StateCalls {
    /** Keys that Envoy has an object factory for, as its documentation of filter state lists. */
    private static final Set<String> KNOWN =
            Set.of(
                    "envoy.network.upstream_server_name",
                    "envoy.network.application_protocols",
                    "envoy.network.upstream_subject_alt_names",
                    "envoy.network.network_namespace",
                    "envoy.tcp_proxy.cluster",
                    "envoy.tcp_proxy.disable_tunneling",
                    "envoy.tcp_proxy.per_connection_idle_timeout_ms",
                    "envoy.upstream.dynamic_host",
                    "envoy.upstream.dynamic_port",
                    "envoy.udp_proxy.cluster",
                    "envoy.ratelimit.hits_addend",
                    "envoy.string",
                    "envoy.hashable_string",
                    "io.istio.peer_principal",
                    "io.istio.local_principal");

    private StateCalls() {}

    static int setEnvoyFilterState(GuestHost host, ProtoFields arguments) {
        String path = "";
        String value = "";
        while (arguments.next()) {
            if (arguments.isBytes() && arguments.number() == 1) {
                path = arguments.text();
            } else if (arguments.isBytes() && arguments.number() == 2) {
                value = arguments.text();
            }
        }
        if (arguments.isMalformed()) {
            return Status.BAD_ARGUMENT;
        }
        StreamInfo info = host.context().streamInfo();
        if (!KNOWN.contains(path) || info == null) {
            return Status.NOT_FOUND;
        }
        info.filterState().put(path, value.getBytes(StandardCharsets.UTF_8));
        return Status.OK;
    }

    static int declareProperty(GuestHost host, ProtoFields arguments) {
        String name = "";
        boolean readOnly = false;
        while (arguments.next()) {
            if (arguments.isBytes() && arguments.number() == 1) {
                name = arguments.text();
            } else if (!arguments.isBytes() && arguments.number() == 2) {
                readOnly = arguments.value() != 0;
            }
        }
        return arguments.isMalformed()
                ? Status.BAD_ARGUMENT
                : host.context().declareProperty(name, readOnly);
    }
}
