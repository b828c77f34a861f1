package io.postern.core.headers;

import io.postern.config.model.HttpConnectionManager.ClientCert;
import io.postern.config.model.HttpConnectionManager.ClientCert.Detail;
import io.postern.core.format.CertificateText;
import io.postern.core.format.OctetBuffer;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.StreamInfo.TlsInfo;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The x-forwarded-client-cert header: removed, passed on, or told of the connection's certificate,
 * which is put into words once a connection.
 *
 * <p>Source: Envoy's {@code mutateXfccRequestHeader}. Thread-safe: immutable.
 */
record ForwardedClientCert(@Nullable ClientCert rules) {
    private static final HeaderName NAME = HeaderName.of("x-forwarded-client-cert");

    /** What is said of the client's certificate; null: it presented none. */
    byte @Nullable [] describe(@Nullable TlsInfo tls) {
        if (rules == null || tls == null || tls.peerCertificates().isEmpty()) {
            return null;
        }
        var text = new StringJoiner(";");
        tls.localUriSans().forEach(uri -> text.add("By=" + uri));
        text.add("Hash=" + HexFormat.of().formatHex(sha256(tls.peerCertificates().getFirst())));
        for (Detail detail : rules.details()) {
            switch (detail) {
                case SUBJECT -> text.add("Subject=\"" + tls.peerSubject() + "\"");
                case CERT ->
                        text.add(
                                "Cert=\""
                                        + CertificateText.pem(tls.peerCertificates().subList(0, 1))
                                        + "\"");
                case CHAIN ->
                        text.add("Chain=\"" + CertificateText.pem(tls.peerCertificates()) + "\"");
                case URI -> {
                    if (tls.peerUriSans().isEmpty()) {
                        text.add("URI=");
                    }
                    tls.peerUriSans().forEach(uri -> text.add("URI=" + uri));
                }
                case DNS -> tls.peerDnsSans().forEach(name -> text.add("DNS=" + name));
            }
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** {@code certificate}: what {@link #describe} says of the request's connection. */
    void apply(HeaderMap head, byte @Nullable [] certificate, OctetBuffer scratch) {
        if (rules == null) {
            head.remove(NAME);
            return;
        }
        Tokens.join(head, NAME, scratch);
        switch (rules.forward()) {
            case ALWAYS_FORWARD_ONLY -> {}
            case FORWARD_ONLY -> {
                if (certificate == null) {
                    head.remove(NAME);
                }
            }
            case SANITIZE_SET -> {
                if (certificate == null) {
                    head.remove(NAME);
                } else {
                    head.set(NAME, certificate);
                }
            }
            case APPEND_FORWARD -> {
                if (certificate == null) {
                    head.remove(NAME);
                } else {
                    append(head, certificate, scratch);
                }
            }
        }
    }

    private static void append(HeaderMap head, byte[] certificate, OctetBuffer scratch) {
        int index = head.indexOf(NAME);
        if (index < 0) {
            head.add(NAME, certificate);
            return;
        }
        scratch.clear();
        scratch.append(head.octets(), head.valueStart(index), head.valueLength(index));
        if (scratch.length() > 0) {
            scratch.append(',');
        }
        scratch.append(certificate);
        head.setValue(index, scratch.array(), 0, scratch.length());
    }

    private static byte[] sha256(byte[] octets) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(octets);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("bug: every JVM has SHA-256", e);
        }
    }
}
