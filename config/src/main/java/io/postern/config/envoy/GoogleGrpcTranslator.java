package io.postern.config.envoy;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.GrpcService.GoogleGrpc;
import io.envoyproxy.envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials;
import io.envoyproxy.envoy.config.core.v3.GrpcService.GoogleGrpc.SslCredentials;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher.SanType;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.postern.config.model.ConfigSource.Metadata;
import io.postern.config.model.ConfigSource.Target;
import io.postern.config.source.Spot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Translates {@code envoy.config.core.v3.GrpcService.GoogleGrpc}: a server that is no cluster of
 * the configuration. It becomes one all the same, that nobody else can name.
 */
final class GoogleGrpcTranslator {
    private static final String GOOGLE = "envoy.config.core.v3.GrpcService.GoogleGrpc";
    private static final String OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
    private static final int DEFAULT_PORT = 443; // gRPC's
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|.*:.*");

    /** Where gRPC looks for authorities when it is given none. */
    private static final List<Path> AUTHORITIES =
            List.of(
                    Path.of("/etc/ssl/certs/ca-certificates.crt"),
                    Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
                    Path.of("/etc/ssl/ca-bundle.pem"),
                    Path.of("/etc/ssl/cert.pem"));

    private final Translation translation;

    GoogleGrpcTranslator(Translation translation) {
        this.translation = translation;
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(GOOGLE)
                        .reads(
                                "target_uri",
                                "channel_credentials",
                                "call_credentials",
                                "stat_prefix")
                        .accepts(
                                "they tune a library that is not used here",
                                "channel_args",
                                "per_stream_buffer_limit_bytes"),
                MessageSupport.of(GOOGLE + ".ChannelCredentials")
                        .reads("ssl_credentials", "local_credentials"),
                MessageSupport.of(GOOGLE + ".GoogleLocalCredentials"),
                MessageSupport.of(GOOGLE + ".SslCredentials")
                        .reads("root_certs", "private_key", "cert_chain"),
                MessageSupport.of(GOOGLE + ".CallCredentials").reads("access_token"));
    }

    /** Of a {@code target_uri}. */
    private record Server(String host, int port, boolean isPath) {
        String authority() {
            return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
        }
    }

    Target translate(GoogleGrpc google, List<Metadata> metadata, Spot spot) {
        Server server = server(google.getTargetUri(), spot.field("target_uri"));
        var all = new ArrayList<>(metadata);
        var credentials = google.getChannelCredentials();
        for (int i = 0; i < google.getCallCredentialsCount(); i++) {
            var at = spot.field("call_credentials").index(i);
            all.add(token(google.getCallCredentials(i), credentials.hasSslCredentials(), at));
        }
        String name = "google_grpc." + google.getStatPrefix();
        var cluster = cluster(name, server);
        if (credentials.hasSslCredentials()) {
            var at = spot.field("channel_credentials").field("ssl_credentials");
            cluster.getTransportSocketBuilder()
                    .setName("tls")
                    .setTypedConfig(Any.pack(tls(credentials.getSslCredentials(), server, at)));
        }
        var own = new ClusterTranslator(translation).translate(cluster.build(), spot);
        String authority = server.isPath() ? "localhost" : server.authority();
        return new Target(name, authority, all, own);
    }

    private static Cluster.Builder cluster(String name, Server server) {
        var cluster = Cluster.newBuilder().setName(name);
        boolean isAddress = server.isPath() || LITERAL.matcher(server.host()).matches();
        cluster.setType(
                isAddress ? Cluster.DiscoveryType.STATIC : Cluster.DiscoveryType.STRICT_DNS);
        cluster.getLoadAssignmentBuilder()
                .setClusterName(name)
                .addEndpointsBuilder()
                .addLbEndpointsBuilder()
                .getEndpointBuilder()
                .setAddress(address(server));
        var options = HttpProtocolOptions.newBuilder();
        options.getExplicitHttpConfigBuilder()
                .setHttp2ProtocolOptions(Http2ProtocolOptions.getDefaultInstance());
        return cluster.putTypedExtensionProtocolOptions(OPTIONS, Any.pack(options.build()));
    }

    private static Address address(Server server) {
        var address = Address.newBuilder();
        if (server.isPath()) {
            address.getPipeBuilder().setPath(server.host());
        } else {
            address.setSocketAddress(
                    SocketAddress.newBuilder()
                            .setAddress(server.host())
                            .setPortValue(server.port()));
        }
        return address.build();
    }

    // gRPC's "Name Resolution": [dns:][///]host[:port], ipv4:, ipv6:, unix:.
    private Server server(String uri, Spot spot) {
        if (uri.startsWith("unix:")) {
            String path = uri.substring("unix:".length());
            return new Server(path.startsWith("//") ? path.substring(2) : path, 0, true);
        }
        String rest = uri;
        for (String scheme : List.of("dns:", "ipv4:", "ipv6:")) {
            if (uri.startsWith(scheme)) {
                rest = uri.substring(scheme.length());
            }
        }
        rest = rest.startsWith("///") ? rest.substring("///".length()) : rest;
        int colon = rest.lastIndexOf(':');
        boolean bare = colon < 0 || rest.endsWith("]");
        String host = bare ? rest : rest.substring(0, colon);
        String port = bare ? Integer.toString(DEFAULT_PORT) : rest.substring(colon + 1);
        host = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        if (host.isEmpty() || host.contains("/") || !port.matches("\\d{1,5}")) {
            translation.error(
                    spot,
                    "\"" + uri + "\" is no target",
                    "write host:port, dns:///host:port, ipv4:…, ipv6:[…]:port or unix:PATH");
            return new Server("invalid", DEFAULT_PORT, false);
        }
        return new Server(host, Integer.parseInt(port), false);
    }

    private UpstreamTlsContext tls(SslCredentials credentials, Server server, Spot spot) {
        var context = UpstreamTlsContext.newBuilder().setSni(server.host());
        var common = context.getCommonTlsContextBuilder().addAlpnProtocols("h2");
        var validation = common.getValidationContextBuilder();
        DataSource roots =
                credentials.hasRootCerts() ? credentials.getRootCerts() : authorities(spot);
        if (roots != null) {
            validation.setTrustedCa(roots);
        }
        var name = validation.addMatchTypedSubjectAltNamesBuilder();
        boolean literal = LITERAL.matcher(server.host()).matches();
        name.setSanType(literal ? SanType.IP_ADDRESS : SanType.DNS);
        name.getMatcherBuilder().setExact(server.host());
        if (literal) {
            context.clearSni(); // RFC 6066: no addresses
        }
        if (credentials.hasCertChain() != credentials.hasPrivateKey()) {
            translation.error(spot, "cert_chain and private_key belong together", "set both");
        } else if (credentials.hasCertChain()) {
            common.addTlsCertificates(
                    TlsCertificate.newBuilder()
                            .setCertificateChain(credentials.getCertChain())
                            .setPrivateKey(credentials.getPrivateKey()));
        }
        return context.build();
    }

    private @Nullable DataSource authorities(Spot spot) {
        for (Path file : AUTHORITIES) {
            if (Files.isReadable(file)) {
                return DataSource.newBuilder().setFilename(file.toString()).build();
            }
        }
        translation.error(
                spot, "no root_certs, and this machine has none", "set root_certs: {filename: …}");
        return null;
    }

    private Metadata token(CallCredentials credentials, boolean encrypted, Spot spot) {
        if (!encrypted) {
            translation.error(
                    spot,
                    "a token over a connection that is not encrypted",
                    "add channel_credentials: {ssl_credentials: {}}");
        }
        return new Metadata("authorization", "Bearer " + credentials.getAccessToken());
    }
}
