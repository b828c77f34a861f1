package io.postern.core.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.postern.config.model.Tls;
import io.postern.sdk.StreamInfo.TlsInfo;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards the clients of one filter chain. With several certificates the one whose DNS names
 * cover the client's server name is shown, the first one otherwise. Built on the control side, used
 * on any event loop.
 *
 * <p>Source: {@code DownstreamTlsContext}.
 */
public final class DownstreamTls {
    private static final String DEFAULT_MAX = "TLSv1.3";

    /** Envoy has no limit by default; whoever opens connections must not hold them for nothing. */
    private static final long HANDSHAKE_MILLIS = 10_000;

    private final SslProvider provider;
    private final PeerCheck check;
    private final long handshakeMillis;
    private final List<SslContext> contexts = new ArrayList<>();
    private final Map<String, SslContext> byName = new HashMap<>();

    /**
     * Reads every file.
     *
     * @throws TlsConfigException says what is wrong
     */
    public DownstreamTls(Tls.Downstream config) {
        this(config, TlsParameters.provider());
    }

    DownstreamTls(Tls.Downstream config, SslProvider provider) {
        this.provider = provider;
        if (config.common().certificates().isEmpty()) {
            throw new TlsConfigException(
                    "No TLS certificates found for server context (expected: tls_certificates with"
                            + " certificate_chain and private_key)");
        }
        check = new PeerCheck(config.common().validation(), false);
        handshakeMillis =
                config.handshakeTimeout().isZero()
                        ? HANDSHAKE_MILLIS
                        : config.handshakeTimeout().toMillis();
        config.common().certificates().forEach(certificate -> add(config, certificate));
    }

    private void add(Tls.Downstream config, Tls.Certificate certificate) {
        List<X509Certificate> chain = Certificates.read(certificate.chain());
        PrivateKey key = PrivateKeys.read(certificate.privateKey(), chain.getFirst());
        SslContextBuilder builder =
                SslContextBuilder.forServer(key, chain)
                        .trustManager(check)
                        .clientAuth(clientAuth(config));
        SslContext context =
                TlsParameters.build(
                        builder,
                        provider,
                        config.common(),
                        DEFAULT_MAX,
                        config.common().alpnProtocols());
        NativeMemory.releaseWith(this, context);
        contexts.add(context);
        for (String name : names(chain.getFirst())) {
            byName.putIfAbsent(name.toLowerCase(Locale.ROOT), context);
        }
    }

    /**
     * The handler for one connection, to be put first into its pipeline. An {@link SslHandler} is
     * in the pipeline by the time of the {@code SslHandshakeCompletionEvent}.
     *
     * @param serverName from the ClientHello when the listener has read it; null when it has not
     */
    public ChannelHandler newHandler(ByteBufAllocator allocator, @Nullable String serverName) {
        if (contexts.size() == 1 || serverName != null) {
            SslHandler handler = select(serverName).newHandler(allocator);
            handler.setHandshakeTimeoutMillis(handshakeMillis);
            return handler;
        }
        return new SniHandler((name, promise) -> promise.setSuccess(select(name)), handshakeMillis);
    }

    /** What a finished handshake agreed on. */
    public TlsInfo info(SslHandler handler) {
        return HandshakeInfo.of(handler, check, false);
    }

    private SslContext select(@Nullable String serverName) {
        if (serverName == null) {
            return contexts.getFirst();
        }
        String name = serverName.toLowerCase(Locale.ROOT);
        SslContext exact = byName.get(name);
        if (exact != null) {
            return exact;
        }
        int dot = name.indexOf('.');
        SslContext wildcard = dot < 0 ? null : byName.get("*" + name.substring(dot));
        return wildcard == null ? contexts.getFirst() : wildcard;
    }

    private static ClientAuth clientAuth(Tls.Downstream config) {
        if (config.requireClientCertificate()) {
            return ClientAuth.REQUIRE;
        }
        return config.common().validation() == null ? ClientAuth.NONE : ClientAuth.OPTIONAL;
    }

    /** DNS names of a certificate; its common name when it has none. */
    private static List<String> names(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        for (PeerNames.Name name : PeerNames.of(certificate).all()) {
            if (name.type().equals("DNS")) {
                names.add(name.text());
            }
        }
        return names.isEmpty() ? commonName(certificate) : names;
    }

    private static List<String> commonName(X509Certificate certificate) {
        try {
            LdapName subject = new LdapName(certificate.getSubjectX500Principal().getName());
            for (Rdn part : subject.getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    return List.of(part.getValue().toString());
                }
            }
            return List.of();
        } catch (InvalidNameException e) {
            // Not a name that SNI could ask for: the certificate is reachable as the default only.
            return List.of();
        }
    }
}
