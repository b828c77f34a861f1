package io.postern.filters.wasm.abi;

import io.postern.sdk.Locality;
import io.postern.sdk.StreamInfo;
import io.postern.sdk.UpstreamEndpoint;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code connection.*}, {@code upstream.*}, {@code source.*}, {@code destination.*}. */
final class ConnectionProperties {
    private ConnectionProperties() {}

    static int find(String name, StreamInfo info, ByteOutput value) {
        var tls = info.downstreamTls();
        return switch (name) {
            case "" -> Status.SERIALIZATION_FAILURE;
            case "id" -> Properties.unsigned(value, info.connectionId());
            case "mtls" -> Properties.bool(value, tls != null && tls.peerCertificateValidated());
            case "requested_server_name" ->
                    Properties.text(value, tls == null ? "" : tls.serverName());
            default -> tls == null ? Status.NOT_FOUND : tls(name, tls, value);
        };
    }

    private static int tls(String name, StreamInfo.TlsInfo tls, ByteOutput value) {
        return switch (name) {
            case "tls_version" -> Properties.text(value, tls.version());
            case "subject_local_certificate" -> Properties.text(value, subject(tls));
            case "uri_san_local_certificate" -> first(tls.localUriSans(), value);
            case "subject_peer_certificate" -> Properties.text(value, tls.peerSubject());
            case "uri_san_peer_certificate" -> Properties.nonEmpty(value, tls.peerUriSan());
            case "dns_san_peer_certificate" -> Properties.nonEmpty(value, tls.peerDnsSan());
            case "sha256_peer_certificate_digest" -> digest(tls, value);
            default -> Status.NOT_FOUND;
        };
    }

    private static String subject(StreamInfo.TlsInfo tls) {
        X509Certificate own = tls.localCertificate();
        return own == null ? "" : own.getSubjectX500Principal().getName();
    }

    private static int first(List<String> names, ByteOutput value) {
        return names.isEmpty() ? Status.NOT_FOUND : Properties.text(value, names.getFirst());
    }

    private static int digest(StreamInfo.TlsInfo tls, ByteOutput value) {
        if (tls.peerCertificates().isEmpty()) {
            return Status.NOT_FOUND;
        }
        try {
            byte[] own = tls.peerCertificates().getFirst();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(own);
            return Properties.text(value, HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("bug: every JVM has SHA-256", e);
        }
    }

    static int upstream(String name, CallContext context, StreamInfo info, ByteOutput value) {
        if (name.equals("locality") || name.startsWith("locality\0")) {
            return locality(name, info.upstreamLocality(), value);
        }
        return switch (name) {
            case "" -> Status.SERIALIZATION_FAILURE;
            case "address", "port" -> peer(name, info.upstreamAddress(), value);
            case "local_address" -> peer("address", info.upstreamLocalAddress(), value);
            case "transport_failure_reason" ->
                    info.attemptCount() == 0
                            ? Status.NOT_FOUND
                            : Properties.text(value, info.upstreamTransportFailure());
            case "cx_pool_ready_duration" -> Properties.nanos(value, info.upstreamPoolReadyNanos());
            case "request_attempt_count" -> Properties.unsigned(value, info.attemptCount());
            case "num_endpoints" -> endpoints(context, info, value);
            default -> {
                var tls = info.upstreamTls();
                yield tls == null ? Status.NOT_FOUND : tls(name, tls, value);
            }
        };
    }

    private static int locality(String path, @Nullable Locality place, ByteOutput value) {
        if (place == null) {
            return Status.NOT_FOUND;
        }
        return switch (path) {
            case "locality" -> {
                Properties.message(value, 1, place.region());
                Properties.message(value, 2, place.zone());
                Properties.message(value, 3, place.subZone());
                value.as(ValueType.MESSAGE);
                yield Status.OK;
            }
            case "locality\0region" -> Properties.text(value, place.region());
            case "locality\0zone" -> Properties.text(value, place.zone());
            case "locality\0sub_zone" -> Properties.text(value, place.subZone());
            default -> Status.NOT_FOUND;
        };
    }

    private static int endpoints(CallContext context, StreamInfo info, ByteOutput value) {
        List<UpstreamEndpoint> hosts = context.upstreamHosts();
        return hosts == null || info.clusterName().isEmpty()
                ? Status.NOT_FOUND
                : Properties.unsigned(value, hosts.size());
    }

    static int peer(String name, @Nullable SocketAddress address, ByteOutput value) {
        if (name.isEmpty()) {
            return Status.SERIALIZATION_FAILURE;
        }
        if (address == null) {
            return Status.NOT_FOUND;
        }
        return switch (name) {
            case "address" -> Properties.text(value, text(address));
            case "port" ->
                    address instanceof InetSocketAddress ip
                            ? Properties.number(value, ip.getPort())
                            : Status.NOT_FOUND;
            default -> Status.NOT_FOUND;
        };
    }

    // Envoy's spelling: 10.0.0.1:80, [::1]:80, a path for a Unix socket
    private static String text(SocketAddress address) {
        if (!(address instanceof InetSocketAddress ip)) {
            return address.toString();
        }
        if (ip.getAddress() == null) {
            return ip.getHostString() + ":" + ip.getPort();
        }
        String host = ip.getAddress().getHostAddress();
        return ip.getAddress() instanceof Inet6Address
                ? "[" + host + "]:" + ip.getPort()
                : host + ":" + ip.getPort();
    }
}
