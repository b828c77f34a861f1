package io.postern.config.envoy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Any;
import com.google.protobuf.BytesValue;
import com.google.protobuf.StringValue;
import com.google.protobuf.Struct;
import io.envoyproxy.envoy.extensions.filters.http.wasm.v3.Wasm;
import io.envoyproxy.envoy.extensions.wasm.v3.EnvironmentVariables;
import io.envoyproxy.envoy.extensions.wasm.v3.PluginConfig;
import io.envoyproxy.envoy.extensions.wasm.v3.VmConfig;
import io.postern.config.message.MessageTypes;
import io.postern.config.model.DataSource;
import io.postern.config.model.WasmSpec;
import io.postern.config.model.WasmSpec.FailurePolicy;
import io.postern.config.source.Spot;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Translates {@code envoy.extensions.filters.http.wasm.v3.Wasm}. */
final class WasmTranslator {
    static final String TYPE = "envoy.extensions.filters.http.wasm.v3.Wasm";

    private static final Duration RELOAD_BACKOFF = Duration.ofSeconds(1);

    private final Translation translation;
    private final CommonTranslator common;

    WasmTranslator(Translation translation) {
        this.translation = translation;
        this.common = new CommonTranslator(translation);
    }

    static List<MessageSupport> declared() {
        var wasm = "envoy.extensions.wasm.v3.";
        return List.of(
                MessageSupport.of(TYPE).reads("config"),
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
                        .reads("vm_id", "environment_variables")
                        .partly("runtime", "every name means Postern's own engine")
                        .partly("code", "local only")
                        .opaque("configuration")
                        .accepts("modules are compiled here", "allow_precompiled")
                        .accepts("nothing is fetched", "nack_on_code_cache_miss"),
                MessageSupport.of(wasm + "EnvironmentVariables")
                        .reads("host_env_keys", "key_values"),
                MessageSupport.of(wasm + "ReloadConfig").reads("backoff"),
                MessageSupport.of("envoy.config.core.v3.BackoffStrategy")
                        .reads("base_interval")
                        .accepts("the first delay is doubled up to 10 times", "max_interval"),
                MessageSupport.of(wasm + "CapabilityRestrictionConfig")
                        .reads("allowed_capabilities"),
                MessageSupport.of(wasm + "SanitizationConfig"));
    }

    WasmSpec translate(Wasm wasm, String filterName, Spot spot) {
        var config = wasm.getConfig();
        var at = spot.field("config");
        return new WasmSpec(
                config.getName().isEmpty() ? filterName : config.getName(),
                config.getRootId(),
                vm(config.getVmConfig(), at.field("vm_config")),
                octets(config.getConfiguration()),
                failurePolicy(config, at),
                reloadBackoff(config, at),
                config.getAllowOnHeadersStopIteration().getValue(),
                List.copyOf(
                        config.getCapabilityRestrictionConfig()
                                .getAllowedCapabilitiesMap()
                                .keySet()));
    }

    private WasmSpec.Vm vm(VmConfig vm, Spot spot) {
        var code = spot.field("code");
        var local = code.field("local");
        DataSource source = common.dataSource(vm.getCode().getLocal(), local);
        if (!vm.hasCode()) {
            translation.error(code, "no code (expected: local.filename or local.inline_bytes)");
        }
        return new WasmSpec.Vm(
                vm.getVmId(),
                source,
                octets(vm.getConfiguration()),
                environment(vm.getEnvironmentVariables(), spot.field("environment_variables")));
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

    private Duration reloadBackoff(PluginConfig config, Spot spot) {
        var backoff = config.getReloadConfig().getBackoff();
        return translation.duration(
                backoff.hasBaseInterval(),
                backoff.getBaseInterval(),
                RELOAD_BACKOFF,
                spot.field("reload_config").field("backoff").field("base_interval"));
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
