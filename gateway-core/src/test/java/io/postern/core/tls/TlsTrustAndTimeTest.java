package io.postern.core.tls;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.postern.config.ConfigFile;
import io.postern.config.LoadResult;
import io.postern.config.model.Tls;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How long a handshake may take, and trust in what the system trusts. */
class TlsTrustAndTimeTest {
    private static final String CLUSTER =
            """
            static_resources:
              clusters:
              - name: a
                transport_socket:
                  name: tls
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
                    sni: origin.test
                    common_tls_context:
                      validation_context: {system_root_certs: {}}
            """;

    @Test
    void aClientThatSaysNothingIsLetGoAfterItsTime() throws Exception {
        // Given
        var certificate = TestPki.certificate(TestPki.selfSigned("origin.test"));
        var config =
                new Tls.Downstream(
                        TestPki.common(List.of(certificate), null, List.of()),
                        false,
                        Duration.ofMillis(300));
        var handler = new DownstreamTls(config).newHandler(ByteBufAllocator.DEFAULT, null);
        var client = new EmbeddedChannel(handler);
        client.freezeTime();
        // When, Then
        client.advanceTimeBy(299, TimeUnit.MILLISECONDS);
        client.runScheduledPendingTasks();
        assertThat(client.isOpen()).isTrue();
        client.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        client.runScheduledPendingTasks();
        assertThat(client.isOpen()).isFalse();
        client.finishAndReleaseAll();
    }

    @Test
    void anUpstreamThatTheSystemDoesNotTrustIsNotTalkedTo() throws Exception {
        // Given
        LoadResult loaded = new ConfigFile(Map.of()).loadYaml("test", CLUSTER);
        Tls.Upstream config =
                requireNonNull(
                        ((LoadResult.Loaded) loaded).bootstrap().clusters().getFirst().tls());
        var server = TestPki.server(TestPki.selfSigned("origin.test"));
        // When
        var done = Handshake.between(new UpstreamTls(config, List.of()), server);
        // Then
        assertThat(done.client).isNull();
        assertThat(done.clientFailure).contains("CERTIFICATE_VERIFY_FAILED");
    }
}
