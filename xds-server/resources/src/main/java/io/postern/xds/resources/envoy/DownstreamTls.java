package io.postern.xds.resources.envoy;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol;
import io.postern.config.model.ResourceType;
import io.postern.xds.resources.attach.Certificates;
import io.postern.xds.resources.attach.GatewayListener;
import io.postern.xds.resources.document.Document;

/** TLS of listeners; certificates are resources of their own, so that they change alone. */
final class DownstreamTls {
    private final GroupDraft group;

    DownstreamTls(GroupDraft group) {
        this.group = group;
    }

    TransportSocket of(GatewayListener listener, boolean http) {
        var context =
                CommonTlsContext.newBuilder()
                        .setTlsParams(
                                TlsParameters.newBuilder()
                                        .setTlsMinimumProtocolVersion(TlsProtocol.TLSv1_2));
        if (http) {
            context.addAlpnProtocols("h2").addAlpnProtocols("http/1.1");
        }
        for (var certificate : listener.certificates()) {
            context.addTlsCertificateSdsSecretConfigs(
                    SdsSecretConfig.newBuilder()
                            .setName(secret(certificate))
                            .setSdsConfig(Protos.ads()));
        }
        return Protos.tls(DownstreamTlsContext.newBuilder().setCommonTlsContext(context).build());
    }

    private String secret(Document certificate) {
        var name = "secret/" + certificate.path();
        group.add(
                ResourceType.SECRET,
                Secret.newBuilder()
                        .setName(name)
                        .setTlsCertificate(
                                TlsCertificate.newBuilder()
                                        .setCertificateChain(member(certificate, "tls.crt"))
                                        .setPrivateKey(member(certificate, "tls.key")))
                        .build(),
                certificate);
        return name;
    }

    private static DataSource member(Document secret, String name) {
        var bytes = requireNonNull(Certificates.bytes(secret, name), "bug: it has been checked");
        return DataSource.newBuilder().setInlineBytes(ByteString.copyFrom(bytes)).build();
    }
}
