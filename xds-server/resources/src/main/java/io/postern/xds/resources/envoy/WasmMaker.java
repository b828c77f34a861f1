package io.postern.xds.resources.envoy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import io.envoyproxy.envoy.config.core.v3.AsyncDataSource;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.filters.http.wasm.v3.Wasm;
import io.envoyproxy.envoy.extensions.wasm.v3.CapabilityRestrictionConfig;
import io.envoyproxy.envoy.extensions.wasm.v3.EnvironmentVariables;
import io.envoyproxy.envoy.extensions.wasm.v3.FailurePolicy;
import io.envoyproxy.envoy.extensions.wasm.v3.PluginConfig;
import io.envoyproxy.envoy.extensions.wasm.v3.SanitizationConfig;
import io.envoyproxy.envoy.extensions.wasm.v3.VmConfig;
import io.postern.config.proto.wasm.v1.LimitedWasm;
import io.postern.xds.resources.Audience;
import io.postern.xds.resources.PluginSource.Code;
import io.postern.xds.resources.TranslationOptions;
import io.postern.xds.resources.document.Tree;

/**
 * Makes the configuration of Wasm filters. Envoys get modules inline: in 1.40 a remote one that is
 * not there at once makes the filter fail for good. Posterns get them by digest where there is a
 * server for that.
 */
final class WasmMaker {
    private static final String RUNTIME = "envoy.wasm.runtime.v8";

    private final TranslationOptions options;
    private final Audience audience;

    WasmMaker(TranslationOptions options, Audience audience) {
        this.options = options;
        this.audience = audience;
    }

    /** A plugin of a WasmPlugin. */
    Message of(String name, Tree spec, String configuration, Code code) {
        var vm = vm(name, code(code));
        if (spec.has("env")) {
            vm.setEnvironmentVariables(
                    EnvironmentVariables.newBuilder().putAllKeyValues(spec.table("env")));
        }
        var config =
                PluginConfig.newBuilder()
                        .setName(name)
                        .setRootId(spec.text("rootId"))
                        .setVmConfig(vm)
                        .setFailurePolicy(policy(spec.text("failurePolicy")));
        if (!configuration.isEmpty()) {
            config.setConfiguration(Protos.any(StringValue.of(configuration)));
        }
        if (spec.truth("allowOnHeadersStopIteration")) {
            config.setAllowOnHeadersStopIteration(Protos.truth(true));
        }
        var limits = spec.at("limits");
        if (limits.has("capabilities")) {
            var restriction = CapabilityRestrictionConfig.newBuilder();
            for (var capability : limits.texts("capabilities")) {
                restriction.putAllowedCapabilities(
                        capability, SanitizationConfig.getDefaultInstance());
            }
            config.setCapabilityRestrictionConfig(restriction);
        }
        return audience == Audience.POSTERN && PluginLimits.any(limits)
                ? LimitedWasm.newBuilder()
                        .setConfig(config)
                        .setLimits(PluginLimits.of(limits))
                        .build()
                : Wasm.newBuilder().setConfig(config).build();
    }

    /** A plugin that comes with Postern. */
    Wasm bundled(String name, String configuration, byte[] module) {
        var code = new Code(Digests.sha256(module), module);
        return Wasm.newBuilder()
                .setConfig(
                        PluginConfig.newBuilder()
                                .setName(name)
                                .setVmConfig(vm(name, code(code)))
                                .setFailurePolicy(FailurePolicy.FAIL_CLOSED)
                                .setConfiguration(Protos.any(StringValue.of(configuration))))
                .build();
    }

    private static VmConfig.Builder vm(String name, AsyncDataSource code) {
        return VmConfig.newBuilder().setVmId(name).setRuntime(RUNTIME).setCode(code);
    }

    private AsyncDataSource code(Code code) {
        var content = options.content();
        if (audience == Audience.POSTERN && content != null) {
            return CodeByDigest.at(content, code.sha256());
        }
        return AsyncDataSource.newBuilder()
                .setLocal(DataSource.newBuilder().setInlineBytes(ByteString.copyFrom(code.bytes())))
                .build();
    }

    private static FailurePolicy policy(String name) {
        return switch (name) {
            case "FailOpen" -> FailurePolicy.FAIL_OPEN;
            case "FailReload" -> FailurePolicy.FAIL_RELOAD;
            default -> FailurePolicy.FAIL_CLOSED;
        };
    }
}
