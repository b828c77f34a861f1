package io.postern.xds.server.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.ResourceType;
import io.postern.config.source.Place;
import io.postern.xds.resources.Condition;
import io.postern.xds.resources.DocumentKey;
import io.postern.xds.resources.DocumentStatus;
import io.postern.xds.server.fleet.NodeIdentity;
import io.postern.xds.server.fleet.Standing;
import io.postern.xds.server.protocol.ResourceStatus;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeRefusalsTest {
    private static final Condition GOOD =
            new Condition("Programmed", Condition.State.TRUE, "Programmed", "");

    private static DocumentStatus status(String kind, String name) {
        return new DocumentStatus(
                new DocumentKey("postern.io", kind, "default", name),
                new Place("edge.yaml", 1, 1),
                List.of(GOOD),
                List.of(),
                List.of(),
                List.of());
    }

    private static Standing refused(String node, String filter) {
        return new Standing(
                new NodeIdentity(node, "edge", Map.of(), "postern", false),
                new ResourceStatus(
                        ResourceType.EXTENSION,
                        filter,
                        "2",
                        "2",
                        ResourceStatus.State.NACKED,
                        "no memory"));
    }

    @ParameterizedTest
    @CsvSource({
        "wasm/default/waf, WasmPlugin, waf, FALSE",
        "wasm/default/waf, WasmPlugin, waf2, TRUE",
        "wasm/default/waf, APIPolicy, waf, TRUE",
        "opa/default/roles, APIPolicy, roles, FALSE",
        "ratelimit/default/roles, APIPolicy, roles, FALSE",
        "opa/other/roles, APIPolicy, roles, TRUE",
        "default/waf, WasmPlugin, waf, TRUE",
    })
    void whatIsRefusedIsNotProgrammed(
            String filter, String kind, String name, Condition.State programmed) {
        var statuses =
                NodeRefusals.added(List.of(status(kind, name)), List.of(refused("a", filter)));
        assertThat(statuses)
                .singleElement()
                .satisfies(status ->
                        assertThat(status.conditions())
                                .singleElement()
                                .extracting(Condition::status)
                                .isEqualTo(programmed));
    }

    @Test
    void oneNodeIsNamedAndOthersAreCounted() {
        var refused = List.of(refused("b", "wasm/default/waf"), refused("a", "wasm/default/waf"));
        var statuses = NodeRefusals.added(List.of(status("WasmPlugin", "waf")), refused);
        assertThat(statuses.getFirst().conditions().getFirst().message())
                .isEqualTo(
                        "'a' of 'edge' (and 1 more) refuses it, the version of before serves there:"
                                + " no memory");
    }
}
