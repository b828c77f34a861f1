package io.postern.config.envoy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Any;
import com.google.protobuf.BytesValue;
import com.google.protobuf.StringValue;
import com.google.protobuf.Struct;
import io.envoyproxy.envoy.extensions.wasm.v3.EnvironmentVariables;
import io.envoyproxy.envoy.extensions.wasm.v3.PluginConfig;
import io.envoyproxy.envoy.extensions.wasm.v3.VmConfig;
import io.postern.config.message.MessageTypes;
import io.postern.config.model.DataSource;
import io.postern.config.model.WasmLimits;
import io.postern.config.model.WasmSpec;
import io.postern.config.model.WasmSpec.FailurePolicy;
import io.postern.config.proto.wasm.v1.LimitedWasm;
import io.postern.config.source.Spot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Translates plugins: of HTTP filters, network filters, access logs and services of their own. */
final class WasmTranslator {
    static final String TYPE = "envoy.extensions.filters.http.wasm.v3.Wasm";
    static final String LIMITED = "postern.filters.http.wasm.v1.LimitedWasm";
    static final String NETWORK = "envoy.extensions.filters.network.wasm.v3.Wasm";
    static final String ACCESS_LOG = "envoy.extensions.access_loggers.wasm.v3.WasmAccessLog";
    static final String SERVICE = "envoy.extensions.wasm.v3.WasmService";

    private final Translation translation;
    private final CommonTranslator common;

    WasmTranslator(Translation translation) {
        this.translation = translation;
        this.common = new CommonTranslator(translation);
    }

    static List<MessageSupport> declared() {
        var wasm = "envoy.extensions.wasm.v3.";
        var core = "envoy.config.core.v3.";
        return List.of(
                MessageSupport.of(TYPE).reads("config"),
                MessageSupport.of(LIMITED).reads("config", "limits"),
                MessageSupport.of(WasmLimitsTranslator.TYPE)
                        .reads("memory_bytes", "call_time", "start_time", "fuel", "host_calls"),
                MessageSupport.of(WasmLimitsTranslator.FUEL)
                        .reads("start", "request", "response", "connection", "background"),
                MessageSupport.of(NETWORK).reads("config"),
                MessageSupport.of(ACCESS_LOG).reads("config"),
                MessageSupport.of(SERVICE).reads("config", "singleton"),
                MessageSupport.of(wasm + "PluginConfig")
                        .reads(
                                "name",
                                "root_id",
                                "vm_config",
                                "fail_open",
                                "failure_policy",
                                "reload_config",
                                "capability_restriction_config",
                                "allow_on_headers_stop_iteration")
                        .opaque("configuration"),
                MessageSupport.of(wasm + "VmConfig")
                        .reads("vm_id", "environment_variables", "code", "nack_on_code_cache_miss")
                        .partly("runtime", "every name means Postern's own engine")
                        .opaque("configuration")
                        .accepts("modules are compiled here", "allow_precompiled"),
                MessageSupport.of(core + "AsyncDataSource").reads("local", "remote"),
                MessageSupport.of(wasm + "EnvironmentVariables")
                        .reads("host_env_keys", "key_values"),
                MessageSupport.of(wasm + "ReloadConfig").reads("backoff"),
                MessageSupport.of(wasm + "CapabilityRestrictionConfig")
                        .reads("allowed_capabilities"),
                MessageSupport.of(wasm + "SanitizationConfig"));
    }

    /** {@code at} is where the plugin's own configuration stands. */
    WasmSpec translate(PluginConfig config, String filterName, Spot at) {
        return translate(config, filterName, at, WasmLimits.DEFAULT);
    }

    /** A plugin with limits of its own. */
    WasmSpec translate(LimitedWasm limited, String filterName, Spot at) {
        return translate(
                limited.getConfig(),
                filterName,
                at.field("config"),
                new WasmLimitsTranslator(translation)
                        .translate(limited.getLimits(), at.field("limits")));
    }

    private WasmSpec translate(PluginConfig config, String filterName, Spot at, WasmLimits limits) {
        var backoff =
                Backoff.of(
                        config.getReloadConfig().getBackoff(),
                        at.field("reload_config").field("backoff"),
                        translation);
        return new WasmSpec(
                config.getName().isEmpty() ? filterName : config.getName(),
                config.getRootId(),
                vm(config.getVmConfig(), at.field("vm_config")),
                octets(config.getConfiguration()),
                failurePolicy(config, at),
                backoff.base(),
                backoff.max(),
                config.getAllowOnHeadersStopIteration().getValue(),
                List.copyOf(
                        config.getCapabilityRestrictionConfig()
                                .getAllowedCapabilitiesMap()
                                .keySet()),
                limits);
    }

    private WasmSpec.Vm vm(VmConfig vm, Spot spot) {
        return new WasmSpec.Vm(
                vm.getVmId(),
                code(vm, spot.field("code")),
                octets(vm.getConfiguration()),
                environment(vm.getEnvironmentVariables(), spot.field("environment_variables")));
    }

    private WasmSpec.Code code(VmConfig vm, Spot spot) {
        return switch (vm.getCode().getSpecifierCase()) {
            case LOCAL ->
                    new WasmSpec.Code.Local(
                            common.dataSource(vm.getCode().getLocal(), spot.field("local")));
            case REMOTE -> remote(vm, spot.field("remote"));
            case SPECIFIER_NOT_SET -> {
                translation.error(
                        spot, "no code (expected: local.filename, local.inline_bytes or remote)");
                yield new WasmSpec.Code.Local(new DataSource.Inline(new byte[0]));
            }
        };
    }

    private WasmSpec.Code remote(VmConfig vm, Spot spot) {
        return new WasmSpec.Code.Remote(
                new RemoteDataSourceTranslator(translation)
                        .translate(vm.getCode().getRemote(), spot),
                vm.getNackOnCodeCacheMiss());
    }

    private Map<String, String> environment(EnvironmentVariables variables, Spot spot) {
        Map<String, String> environment = new HashMap<>(variables.getKeyValuesMap());
        var keys = variables.getHostEnvKeysList();
        for (int i = 0; i < keys.size(); i++) {
            var key = keys.get(i);
            var value = translation.environment().get(key);
            if (environment.containsKey(key)) {
                translation.error(
                        spot.field("host_env_keys").index(i),
                        "the variable " + key + " is set twice",
                        "remove it from host_env_keys or from key_values");
            } else if (value != null) {
                environment.put(key, value);
            }
        }
        return environment;
    }

    @SuppressWarnings("deprecation") // Envoy still takes fail_open
    private FailurePolicy failurePolicy(PluginConfig config, Spot spot) {
        if (config.getFailOpen()) {
            if (config.getFailurePolicyValue() != 0) {
                translation.error(
                        spot.field("fail_open"),
                        "only one of fail_open and failure_policy can be set",
                        "fail_open is deprecated: remove it");
            }
            return FailurePolicy.FAIL_OPEN;
        }
        return switch (config.getFailurePolicy()) {
            case UNSPECIFIED, FAIL_CLOSED, UNRECOGNIZED -> FailurePolicy.FAIL_CLOSED;
            case FAIL_OPEN -> FailurePolicy.FAIL_OPEN;
            case FAIL_RELOAD -> FailurePolicy.FAIL_RELOAD;
        };
    }

    /** What a plugin reads: texts and bytes as they are, a Struct as JSON, others serialised. */
    private static byte[] octets(Any any) {
        return switch (MessageTypes.nameOf(any.getTypeUrl())) {
            case "google.protobuf.StringValue" ->
                    Translation.unpack(any, StringValue.parser()).getValue().getBytes(UTF_8);
            case "google.protobuf.BytesValue" ->
                    Translation.unpack(any, BytesValue.parser()).getValue().toByteArray();
            case "google.protobuf.Struct" ->
                    StructJson.write(Translation.unpack(any, Struct.parser())).getBytes(UTF_8);
            default -> any.getValue().toByteArray();
        };
    }
}
