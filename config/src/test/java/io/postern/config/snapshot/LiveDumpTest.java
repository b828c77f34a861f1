package io.postern.config.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.postern.config.ConfigFile;
import io.postern.config.LoadResult;
import io.postern.config.model.ResourceType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** /config_dump of what was delivered. */
class LiveDumpTest {
    private final Rig rig = new Rig(false, null).start();

    @BeforeEach
    void serve() {
        rig.server.put(ResourceType.ENDPOINTS, "a", Rig.endpoints("a", 81));
        rig.server.put(ResourceType.CLUSTER, "a", Rig.cluster("a", 1, true));
        rig.server.put(ResourceType.ROUTES, "r", Rig.routes("r", 201));
        rig.server.put(ResourceType.LISTENER, "l", Rig.listener("l", 1000, "r"));
        rig.settle();
    }

    @Test
    void showsWhatIsServedWithItsVersion() {
        // Then
        var clusters = section("ClustersConfigDump");
        assertThat(clusters.get("version_info")).asString().matches("[0-9]+");
        assertThat(String.valueOf(clusters.get("dynamic_active_clusters")))
                .contains("version_info=", "name=a", "last_updated=1970-01-01T00:00:00Z");
        assertThat(String.valueOf(section("ListenersConfigDump").get("dynamic_listeners")))
                .contains("name=l", "active_state=", "listener={@type=")
                .doesNotContain("warming_state", "error_state");
        assertThat(String.valueOf(section("RoutesConfigDump").get("dynamic_route_configs")))
                .contains("route_config={@type=", "name=r");
    }

    @Test
    void showsWhatWaits() {
        // When
        rig.server.put(ResourceType.CLUSTER, "late", Rig.cluster("late", 1, true));
        rig.server.put(ResourceType.LISTENER, "l", Rig.listener("l", 1000, "late"));
        rig.settle();
        // Then
        assertThat(String.valueOf(section("ClustersConfigDump").get("dynamic_warming_clusters")))
                .contains("name=late");
        assertThat(String.valueOf(section("ListenersConfigDump").get("dynamic_listeners")))
                .contains("active_state=", "warming_state=");
    }

    @Test
    void showsWhyTheLastVersionWasRefused() {
        // When
        rig.server.put(ResourceType.CLUSTER, "a", Rig.cluster("a", 9, false));
        rig.server.put(ResourceType.CLUSTER, "never", Rig.cluster("never", 9, false));
        rig.settle();
        // Then
        var clusters = section("ClustersConfigDump");
        assertThat(String.valueOf(clusters.get("dynamic_active_clusters")))
                .contains("connect_timeout=1s", "error_state={failed_configuration=", "eds_config");
        assertThat(String.valueOf(clusters.get("dynamic_warming_clusters")))
                .contains("name=never", "details=");
        // and a good one ends that
        rig.server.put(ResourceType.CLUSTER, "a", Rig.cluster("a", 3, true));
        rig.server.remove(ResourceType.CLUSTER, "never");
        rig.settle();
        assertThat(section("ClustersConfigDump").toString()).doesNotContain("error_state");
    }

    @Test
    void hidesSecretsAndShowsThoseThatAreAwaited() {
        // Given
        var context =
                Rig.read(
                        UpstreamTlsContext.newBuilder(),
                        "{commonTlsContext: {tlsCertificateSdsSecretConfigs: [{name: key,"
                                + " sdsConfig: {ads: {}, initialFetchTimeout: 0s}}]}}");
        var cluster = Rig.cluster("a", 1, true).toBuilder();
        cluster.getTransportSocketBuilder()
                .setName("tls")
                .setTypedConfig(com.google.protobuf.Any.pack(context.build()));
        // When
        rig.server.put(ResourceType.CLUSTER, "a", cluster.build());
        rig.settle();
        // Then
        assertThat(String.valueOf(section("SecretsConfigDump").get("dynamic_warming_secrets")))
                .contains("name=key", "uninitialized");
        // and when it comes
        rig.server.put(
                ResourceType.SECRET,
                "key",
                Rig.read(
                                Secret.newBuilder(),
                                "{name: key, tlsCertificate: {certificateChain: {inlineString:"
                                        + " CHAIN}, privateKey: {inlineString: HIDE_ME}}}")
                        .build());
        rig.settle();
        assertThat(section("SecretsConfigDump").toString())
                .contains("name=key", "[redacted]")
                .doesNotContain("HIDE_ME");
    }

    private Map<String, Object> section(String name) {
        return section(rig, name);
    }

    /** A section of the dump of what {@code rig} was delivered. */
    static Map<String, Object> section(Rig rig, String name) {
        if (!(new ConfigFile(Map.of()).loadYaml("test", "static_resources: {}")
                instanceof LoadResult.Loaded loaded)) {
            throw new AssertionError("no bootstrap");
        }
        List<Map<String, Object>> sections =
                loaded.dump().sections(Instant.EPOCH, rig.live.resources());
        return sections.stream()
                .filter(section -> String.valueOf(section.get("@type")).endsWith("." + name))
                .findFirst()
                .orElseThrow();
    }
}
