package io.postern.config.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.postern.config.model.FilterSpec;
import io.postern.config.model.HttpFilter;
import io.postern.config.model.MissingFilter;
import io.postern.config.model.ResourceType;
import io.postern.config.model.WasmSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters whose configuration is delivered on its own: no request goes past one unfiltered. */
class ExtensionDiscoveryTest {
    private static final String PLUGIN =
            "{'@type': 'type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm', config:"
                    + " {name: '%s', vmConfig: {runtime: 'envoy.wasm.runtime.v8', code: {local:"
                    + " {inlineString: 'x'}}}}}";

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aListenerIsServedWhenTheConfigurationOfItsFilterHasCome(boolean delta) {
        // Given
        var rig = new Rig(delta, null).start();
        rig.server.put(ResourceType.LISTENER, "l", listener("", "0s"));
        rig.settle();
        assertThat(rig.served.listeners()).isEmpty();
        // When
        rig.server.put(ResourceType.EXTENSION, "plugin", plugin("first"));
        rig.settle();
        // Then
        assertThat(filters(rig)).hasExactlyElementsOfTypes(WasmSpec.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aConfigurationThatDoesNotComeInTimeLeavesAFilterThatRefusesEveryRequest(boolean delta) {
        // Given
        var rig = new Rig(delta, null).start();
        rig.server.put(ResourceType.LISTENER, "l", listener("", "15s"));
        rig.control.advance(Duration.ofSeconds(14));
        assertThat(rig.served.listeners()).isEmpty();
        // When
        rig.control.advance(Duration.ofSeconds(2));
        // Then
        assertThat(filters(rig)).hasExactlyElementsOfTypes(MissingFilter.class);
        // and when it comes at last
        rig.server.put(ResourceType.EXTENSION, "plugin", plugin("late"));
        rig.settle();
        assertThat(filters(rig)).hasExactlyElementsOfTypes(WasmSpec.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"udpa.type.v1", "xds.type.v3"})
    void aControlPlaneMaySendAStructForAMessageThatItHasNoCodeOf(String version) {
        // Given
        var rig = new Rig(false, null).start();
        rig.server.put(ResourceType.LISTENER, "l", listener("", "0s"));
        rig.settle();
        // When
        String config =
                "{'@type': 'type.googleapis.com/VERSION.TypedStruct', type_url: 'type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm', value: {config: {name: s, vmConfig: {runtime: 'envoy.wasm.runtime.v8', code: {local: {inlineString: 'x'}}}}}}";
        rig.server.put(
                ResourceType.EXTENSION,
                "plugin",
                Rig.read(
                                TypedExtensionConfig.newBuilder(),
                                "{name: plugin, typedConfig: "
                                        + config.replace("VERSION", version)
                                        + "}")
                        .build());
        rig.settle();
        // Then
        assertThat(filters(rig)).hasExactlyElementsOfTypes(WasmSpec.class);
        assertThat(names(rig)).containsExactly("s");
    }

    @Test
    void aDefaultIsWaitedWithUnlessItIsToBeUsedAtOnce() {
        // Given
        String byDefault = "defaultConfig: " + PLUGIN.formatted("default") + ",";
        var rig = new Rig(false, null).start();
        // When
        rig.server.put(ResourceType.LISTENER, "l", listener(byDefault, "15s"));
        rig.control.advance(Duration.ofSeconds(1));
        // Then
        assertThat(rig.served.listeners()).isEmpty();
        rig.control.advance(Duration.ofSeconds(15));
        assertThat(names(rig)).containsExactly("default");
        // and at once
        var other = new Rig(false, null).start();
        other.server.put(
                ResourceType.LISTENER,
                "l",
                listener(byDefault + "applyDefaultConfigWithoutWarming: true,", "15s"));
        other.control.advance(Duration.ofSeconds(1));
        assertThat(names(other)).containsExactly("default");
    }

    @Test
    void aConfigurationThatIsRemovedOrRefusedServesOn() {
        // Given
        var rig = new Rig(true, null).start();
        rig.server.put(ResourceType.EXTENSION, "plugin", plugin("good"));
        rig.server.put(ResourceType.LISTENER, "l", listener("", "15s"));
        rig.settle();
        // When
        rig.server.put(
                ResourceType.EXTENSION,
                "plugin",
                Rig.read(
                                TypedExtensionConfig.newBuilder(),
                                "{name: plugin, typedConfig: {'@type':"
                                        + " 'type.googleapis.com/envoy.config.core.v3.Address'}}")
                        .build());
        rig.settle();
        // Then
        assertThat(names(rig)).containsExactly("good");
        assertThat(rig.server.refusals()).anyMatch(text -> text.contains("name='plugin'"));
        // and when it is removed
        rig.server.remove(ResourceType.EXTENSION, "plugin");
        rig.settle();
        assertThat(names(rig)).containsExactly("good");
    }

    private static List<FilterSpec> filters(Rig rig) {
        return rig.served.listeners().getFirst().filterChains().getFirst().http().filters().stream()
                .map(HttpFilter::spec)
                .toList();
    }

    private static List<String> names(Rig rig) {
        return filters(rig).stream().map(spec -> ((WasmSpec) spec).name()).toList();
    }

    private static TypedExtensionConfig plugin(String name) {
        return Rig.read(
                        TypedExtensionConfig.newBuilder(),
                        "{name: plugin, typedConfig: " + PLUGIN.formatted(name) + "}")
                .build();
    }

    private static io.envoyproxy.envoy.config.listener.v3.Listener listener(
            String more, String timeout) {
        return Rig.listener(
                "l",
                1000,
                Rig.manager(
                        "routeConfig: {virtualHosts: [{name: v, domains: ['*'], routes: [{match:"
                                + " {prefix: '/'}, directResponse: {status: 200}}]}]}, httpFilters:"
                                + " [{name: plugin, configDiscovery: {configSource: {ads: {},"
                                + " initialFetchTimeout: "
                                + timeout
                                + "}, "
                                + more
                                + " typeUrls:"
                                + " ['type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm']}}]"));
    }
}
