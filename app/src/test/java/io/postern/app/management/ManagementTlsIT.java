package io.postern.app.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.postern.xds.server.grpc.XdsServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A management server that wants certificates, and shows its own: whom it trusts, who trusts it.
 */
@Timeout(90)
class ManagementTlsIT {
    private static final String RESOURCES =
            """
            resources:
            - "@type": type.googleapis.com/envoy.config.listener.v3.Listener
              name: main
              address: {socket_address: {address: 127.0.0.1, port_value: 0}}
              filter_chains:
              - filters:
                - name: http
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                    stat_prefix: main
                    route_config:
                      virtual_hosts:
                      - name: all
                        domains: ["*"]
                        routes:
                        - match: {prefix: /}
                          direct_response: {status: 200, body: {inline_string: "VERSION"}}
                    http_filters:
                    - name: router
                      typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
            """;
    private static final String NODE = "tls";
    private static final String TLS =
            """
                transport_socket:
                  name: tls
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
                    sni: xds.example
                    common_tls_context:
                      alpn_protocols: [h2]
                      CERTIFICATE
                      validation_context:
                        trusted_ca: {filename: FOLDER/ca.pem}
                        match_typed_subject_alt_names: [{san_type: DNS, matcher: {exact: xds.example}}]
            """;
    private static final String BY_FILE =
            "tls_certificates: [{certificate_chain: {filename: FOLDER/client.pem},"
                    + " private_key: {filename: FOLDER/client.key}}]";
    private static final String BY_SDS =
            "tls_certificate_sds_secret_configs: [{name: client, sds_config:"
                    + " {path_config_source: {path: FOLDER/sds.yaml}}}]";

    @TempDir Path folder = Path.of("");
    private final ManagementServer server = new ManagementServer();
    private X509Bundle authority = authority();
    private X509Bundle stranger = authority();

    @BeforeEach
    void trust() throws Exception {
        KeptResources.forget(NODE);
        Files.writeString(folder.resolve("ca.pem"), authority.getCertificatePEM());
        identify("client", "good");
        identify("server", "good");
        serve("version 1");
    }

    @AfterEach
    void close() {
        server.close();
    }

    private static X509Bundle authority() {
        try {
            return new CertificateBuilder()
                    .ecp256()
                    .subject("CN=authority")
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Puts certificate and key into files; what is not {@code good} nobody should trust. */
    private void identify(String who, String how) throws Exception {
        var builder =
                new CertificateBuilder()
                        .ecp256()
                        .subject("CN=" + who)
                        .addSanDnsName(how.equals("other") ? "other.example" : "xds.example")
                        .addSanIpAddress(how.equals("other") ? "127.0.0.2" : "127.0.0.1");
        if (how.equals("expired")) {
            builder.notBefore(Instant.now().minus(Duration.ofDays(9)))
                    .notAfter(Instant.now().minus(Duration.ofDays(2)));
        }
        X509Bundle bundle = builder.buildIssuedBy(how.equals("strange") ? stranger : authority);
        Files.writeString(folder.resolve(who + ".pem"), bundle.getCertificatePathPEM());
        Files.writeString(folder.resolve(who + ".key"), bundle.getPrivateKeyPEM());
        if (who.equals("client")) {
            secret(how);
        }
    }

    private void secret(String how) throws IOException {
        String yaml =
                """
                version_info: %s
                resources:
                - "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret
                  name: client
                  tls_certificate:
                    certificate_chain: {inline_string: "%s"}
                    private_key: {inline_string: "%s"}
                """
                        .formatted(
                                how,
                                Files.readString(folder.resolve("client.pem")).replace("\n", "\\n"),
                                Files.readString(folder.resolve("client.key"))
                                        .replace("\n", "\\n"));
        Path next = Files.writeString(folder.resolve("sds.next"), yaml);
        Files.move(next, folder.resolve("sds.yaml"), StandardCopyOption.ATOMIC_MOVE);
    }

    private int listen() throws IOException {
        return server.listen(
                new XdsServer.Tls(
                        folder.resolve("server.pem"),
                        folder.resolve("server.key"),
                        folder.resolve("ca.pem")));
    }

    private void serve(String version) throws IOException {
        server.serve(ManagementServer.messages(RESOURCES.replace("VERSION", version)));
    }

    private ManagedGateway gateway(String certificate) throws IOException {
        return new ManagedGateway(
                AdsBootstrap.text(NODE, "DELTA_GRPC", listen())
                        + TLS.replace("CERTIFICATE", certificate)
                                .replace("FOLDER", folder.toString()));
    }

    @Test
    void theCertificateMayComeFromAFile() throws Exception {
        try (var gateway = gateway(BY_FILE)) {
            gateway.awaitAnswer("version 1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"good", "other"})
    void aServerWithoutAClusterIsReachedAndItsNameIsCheckedToo(String how) throws Exception {
        // Given
        identify("server", how);
        String server =
                "[{google_grpc: {target_uri: '127.0.0.1:PORT', stat_prefix: xds,"
                        + " call_credentials: [{access_token: secret}],"
                        + " channel_credentials: {ssl_credentials: {"
                        + "root_certs: {filename: FOLDER/ca.pem},"
                        + " cert_chain: {filename: FOLDER/client.pem},"
                        + " private_key: {filename: FOLDER/client.key}}}}}]";
        String bootstrap =
                AdsBootstrap.sources(NODE, "DELTA_GRPC")
                        .replace("[{envoy_grpc: {cluster_name: xds}}]", server)
                        .replace("FOLDER", folder.toString())
                        .replace("PORT", Integer.toString(listen()));
        try (var gateway = new ManagedGateway(bootstrap)) {
            // Then
            if (how.equals("good")) {
                gateway.awaitAnswer("version 1");
            } else {
                gateway.awaitSaid("google_grpc.xds: connection failure: TLS_error");
                assertThat(gateway.get()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "server | strange | CERTIFICATE_VERIFY_FAILED",
                "server | expired | CERTIFICATE_VERIFY_FAILED",
                "server | other   | SAN matcher",
                "client | strange | TLSV1_ALERT",
                "client | expired | ALERT_CERTIFICATE_EXPIRED"
            })
    void whoShowsTheWrongCertificateIsNotSpokenToAndTheLastGoodStays(
            String who, String how, String reason) throws Exception {
        try (var gateway = gateway(BY_SDS)) {
            // Given
            gateway.awaitAnswer("version 1");
            server.hangUp();
            // When
            serve("version 2");
            identify(who, how);
            gateway.forgetWhatWasSaid();
            listen();
            // Then
            gateway.awaitSaid(reason);
            assertThat(gateway.get()).isEqualTo("version 1");
            // When it is mended
            identify(who, "good");
            listen();
            // Then
            gateway.awaitAnswer("version 2");
        }
    }
}
