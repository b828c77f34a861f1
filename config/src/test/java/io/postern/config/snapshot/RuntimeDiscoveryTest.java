package io.postern.config.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.service.runtime.v3.Runtime;
import io.postern.config.ConfigFile;
import io.postern.config.LoadResult;
import io.postern.config.envoy.StaticParts;
import io.postern.config.model.ResourceType;
import io.postern.config.model.RouteMatch.Fraction;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runtime values: where they come from, and that what was made with one changes with it. */
class RuntimeDiscoveryTest {
    private static final String DELIVERED =
            """
            layered_runtime:
              layers:
              - name: base
                static_layer: {shift: {beta: 25}, other: text}
              - name: delivered
                rtds_layer: {name: layer, rtds_config: {ads: {}}}
              - {name: admin, admin_layer: {}}
            """;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDeliveredValueChangesTheRoutesThatAskForIt(boolean delta) {
        // Given
        var rig = serving(delta, DELIVERED);
        rig.server.put(ResourceType.RUNTIME, "layer", layer("{other: 1}"));
        rig.settle();
        assertThat(share(rig)).isEqualTo(new Fraction(25, 100));
        // When
        rig.server.put(ResourceType.RUNTIME, "layer", layer("{shift: {beta: 60}}"));
        rig.settle();
        // Then
        assertThat(share(rig)).isEqualTo(new Fraction(60, 100));
        // and the admin layer lies on top
        rig.live.modifyRuntime(Map.of("shift.beta", "7"));
        assertThat(share(rig)).isEqualTo(new Fraction(7, 100));
        rig.live.modifyRuntime(Map.of("shift.beta", ""));
        assertThat(share(rig)).isEqualTo(new Fraction(60, 100));
    }

    @Test
    void nothingIsAskedForBeforeTheRuntimeHasComeOrTheTimeForItIsOver() {
        // Given
        var rig = filled(new Rig(false, null, "node", parts(DELIVERED)));
        rig.control.execute(() -> rig.live.start(rig.client));
        rig.control.advance(Duration.ofSeconds(14));
        assertThat(rig.served.listeners()).isEmpty();
        // When
        rig.settle();
        // Then
        assertThat(share(rig)).isEqualTo(new Fraction(25, 100));
    }

    @Test
    void aDeliveredLayerWithAListIsRefused() {
        // Given
        var rig = serving(false, DELIVERED);
        rig.server.put(ResourceType.RUNTIME, "layer", layer("{shift: {beta: 60}}"));
        rig.settle();
        // When
        rig.server.put(ResourceType.RUNTIME, "layer", layer("{shift: {beta: [1]}}"));
        rig.settle();
        // Then
        assertThat(share(rig)).isEqualTo(new Fraction(60, 100));
        assertThat(rig.server.refusals()).anyMatch(text -> text.contains("shift.beta"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{shift.beta: 10}|10/100",
                "{shift: {beta: 250}}|100/100",
                "{shift: {beta: '12'}}|12/100",
                "{shift: {beta: {numerator: 5, denominator: TEN_THOUSAND}}}|5/10000",
                "{shift: {beta: half}}|50/100",
                "{shift: {beta: -1}}|50/100",
                "{shift: {beta: 0.5}}|50/100",
                "{}|50/100",
            })
    void aValueIsReadAsEnvoyReadsIt(String layer, String expected) {
        // Given
        var rig =
                serving(
                        false,
                        "layered_runtime: {layers: [{name: base, static_layer: " + layer + "}]}");
        // When
        rig.settle();
        // Then
        Fraction share = Objects.requireNonNull(share(rig));
        assertThat(share.numerator() + "/" + share.denominator()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{name: a, admin_layer: {}}, {name: b, admin_layer: {}}]",
                "[{name: a, static_layer: {}}, {name: a, static_layer: {}}]",
                "[{name: a, static_layer: {x: [1]}}]",
                "[{name: a, disk_layer: {symlink_root: /tmp}}]",
                "[{name: a}]",
            })
    void layersThatMakeNoSenseAreRefused(String layers) {
        // When
        var result =
                new ConfigFile(Map.of())
                        .loadYaml("test", "layered_runtime: {layers: " + layers + "}");
        // Then
        assertThat(result.errors()).isNotEmpty();
    }

    private static Rig serving(boolean delta, String bootstrap) {
        return filled(new Rig(delta, null, "node", parts(bootstrap)).start());
    }

    private static Rig filled(Rig rig) {
        rig.server.put(
                ResourceType.ROUTES,
                "r",
                Rig.read(
                                RouteConfiguration.newBuilder(),
                                "{name: r, virtualHosts: [{name: v, domains: ['*'], routes:"
                                        + " [{match: {prefix: '/', runtimeFraction: {runtimeKey:"
                                        + " shift.beta, defaultValue: {numerator: 50}}},"
                                        + " directResponse: {status: 200}}]}]}")
                        .build());
        rig.server.put(ResourceType.LISTENER, "l", Rig.listener("l", 1000, "r"));
        return rig;
    }

    private static StaticParts parts(String yaml) {
        LoadResult result = new ConfigFile(Map.of()).loadYaml("test", yaml);
        if (result instanceof LoadResult.Loaded loaded) {
            return loaded.parts();
        }
        throw new AssertionError(result.errors().toString());
    }

    private static Runtime layer(String values) {
        return Rig.read(Runtime.newBuilder(), "{name: layer, layer: " + values + "}").build();
    }

    private static @Nullable Fraction share(Rig rig) {
        return rig.served
                .listeners()
                .getFirst()
                .filterChains()
                .getFirst()
                .http()
                .routes()
                .virtualHosts()
                .getFirst()
                .routes()
                .getFirst()
                .match()
                .runtimeFraction();
    }
}
