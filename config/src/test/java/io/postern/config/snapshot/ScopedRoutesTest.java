package io.postern.config.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.postern.config.model.ResourceType;
import io.postern.config.model.RouteAction;
import io.postern.config.model.RouteScopes;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scopes that are delivered, and the route tables they name. */
class ScopedRoutesTest {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void scopesComeAndGoWithTheirTables(boolean delta) {
        // Given
        var rig = serving(delta);
        assertThat(scopes(rig)).containsExactly(Map.entry("one:[blue]", 201));
        // When
        rig.server.put(ResourceType.ROUTES, "s", Rig.routes("s", 202));
        rig.server.put(ResourceType.SCOPED_ROUTES, "two", scope("two", "green", "s"));
        rig.settle();
        // Then
        assertThat(scopes(rig))
                .containsOnly(Map.entry("one:[blue]", 201), Map.entry("two:[green]", 202));
        // and when one is removed
        rig.server.remove(ResourceType.SCOPED_ROUTES, "one");
        rig.settle();
        assertThat(scopes(rig)).containsExactly(Map.entry("two:[green]", 202));
        // and when a table changes
        rig.server.put(ResourceType.ROUTES, "s", Rig.routes("s", 203));
        rig.settle();
        assertThat(scopes(rig)).containsExactly(Map.entry("two:[green]", 203));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aScopeWithTheKeyOfAnotherIsRefusedAlone(boolean delta) {
        // Given
        var rig = serving(delta);
        // When
        rig.server.put(ResourceType.SCOPED_ROUTES, "two", scope("two", "blue", "r"));
        rig.settle();
        // Then
        assertThat(scopes(rig)).containsExactly(Map.entry("one:[blue]", 201));
        assertThat(rig.server.refusals()).anyMatch(text -> text.contains("the scope one"));
        // and other changes are not refused for it
        int before = rig.server.refusals().size();
        rig.server.put(ResourceType.ROUTES, "r", Rig.routes("r", 204));
        rig.settle();
        assertThat(scopes(rig)).containsExactly(Map.entry("one:[blue]", 204));
        assertThat(rig.server.refusals().stream().skip(before))
                .noneMatch(text -> text.contains("'r'"));
    }

    @Test
    void aScopeWhoseTableIsNotThereWaitsAndWhatWasServedServesOn() {
        // Given
        var rig = serving(true);
        // When
        rig.server.put(ResourceType.SCOPED_ROUTES, "two", scope("two", "green", "late"));
        rig.settle();
        // Then
        assertThat(scopes(rig)).containsExactly(Map.entry("one:[blue]", 201));
        rig.server.put(ResourceType.ROUTES, "late", Rig.routes("late", 205));
        rig.settle();
        assertThat(scopes(rig)).hasSize(2);
    }

    @Test
    void theyAreInTheDumpUnderTheNameOfTheirConnectionManager() {
        // Given
        var rig = serving(true);
        // When
        var dump = LiveDumpTest.section(rig, "ScopedRoutesConfigDump");
        // Then
        assertThat(String.valueOf(dump.get("dynamic_scoped_route_configs")))
                .contains(
                        "name=scoped",
                        "scoped_route_configs=[{@type=",
                        "name=one",
                        "version_info=");
        // and what was refused
        rig.server.put(ResourceType.SCOPED_ROUTES, "two", scope("two", "blue", "r"));
        rig.settle();
        assertThat(LiveDumpTest.section(rig, "ScopedRoutesConfigDump").toString())
                .contains("error_state={", "the scope one");
    }

    private static Rig serving(boolean delta) {
        var rig = new Rig(delta, null).start();
        rig.server.put(ResourceType.SCOPED_ROUTES, "one", scope("one", "blue", "r"));
        rig.server.put(ResourceType.ROUTES, "r", Rig.routes("r", 201));
        rig.server.put(ResourceType.LISTENER, "l", listener());
        rig.settle();
        return rig;
    }

    private static ScopedRouteConfiguration scope(String name, String key, String table) {
        return Rig.read(
                        ScopedRouteConfiguration.newBuilder(),
                        "{name: %s, routeConfigurationName: %s, key: {fragments: [{stringKey: %s}]}}"
                                .formatted(name, table, key))
                .build();
    }

    private static Listener listener() {
        return Rig.listener(
                "l",
                1000,
                Rig.manager(
                        """
                        scopedRoutes: {
                          name: scoped,
                          scopeKeyBuilder: {fragments: [{headerValueExtractor: {name: x-scope, index: 0}}]},
                          rdsConfigSource: {ads: {}, initialFetchTimeout: 0s},
                          scopedRds: {scopedRdsConfigSource: {ads: {}, initialFetchTimeout: 0s}}}
                        """));
    }

    /** Name and key of each scope to the status of its direct response. */
    private static Map<String, Integer> scopes(Rig rig) {
        var routes = rig.served.listeners().getFirst().filterChains().getFirst().http().routes();
        Map<String, Integer> found = new TreeMap<>();
        for (RouteScopes.Scope scope : Objects.requireNonNull(routes.scopes()).scopes()) {
            var action = scope.routes().virtualHosts().getFirst().routes().getFirst().action();
            found.put(
                    scope.name() + ":" + scope.key(),
                    ((RouteAction.DirectResponse) action).status());
        }
        return found;
    }
}
