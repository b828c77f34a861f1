package io.postern.core.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.postern.config.model.Tls;
import io.postern.sdk.StreamInfo.TlsInfo;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;

/**
 * TLS towards the hosts of one cluster, with one list of ALPN names. Built on the control side,
 * used on any event loop.
 *
 * <p>Source: {@code UpstreamTlsContext}. Without a validation context nothing is checked, as in
 * Envoy.
 */
public final class UpstreamTls {
    private static final String DEFAULT_MAX = "TLSv1.2";

    private final Tls.Upstream config;
    private final PeerCheck check;
    private final SslContext context;

    /**
     * Reads every file.
     *
     * @param alpnFallback what to offer when the configuration names no ALPN protocol
     * @throws TlsConfigException says what is wrong
     */
    public UpstreamTls(Tls.Upstream config, List<String> alpnFallback) {
        this(config, alpnFallback, TlsParameters.provider());
    }

    UpstreamTls(Tls.Upstream config, List<String> alpnFallback, SslProvider provider) {
        this.config = config;
        this.check = new PeerCheck(config.common().validation(), config.autoSniSanValidation());
        SslContextBuilder builder =
                SslContextBuilder.forClient()
                        .trustManager(check)
                        // Names are PeerCheck's business: Envoy compares them only when told to.
                        .endpointIdentificationAlgorithm(null);
        if (!config.common().certificates().isEmpty()) {
            Tls.Certificate own = config.common().certificates().getFirst();
            List<X509Certificate> chain = Certificates.read(own.chain());
            PrivateKey key = PrivateKeys.read(own.privateKey(), chain.getFirst());
            builder.keyManager(key, chain);
        }
        List<String> alpn = config.common().alpnProtocols();
        this.context =
                TlsParameters.build(
                        builder,
                        provider,
                        config.common(),
                        DEFAULT_MAX,
                        alpn.isEmpty() ? alpnFallback : alpn);
        NativeMemory.releaseWith(this, context);
        if (!config.sni().isEmpty()) {
            checkSni(config.sni());
        }
    }

    /**
     * A handler for one connection; its handshake has no time limit of its own.
     *
     * @param hostname of the host, for auto_host_sni; may be empty
     */
    public SslHandler newHandler(ByteBufAllocator allocator, String hostname, int port) {
        String sni = config.autoHostSni() && !hostname.isEmpty() ? hostname : config.sni();
        if (sni.isEmpty()) {
            return unlimited(context.newHandler(allocator));
        }
        SslHandler handler = context.newHandler(allocator, sni, port);
        // Netty itself leaves out names without a dot.
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(sni)));
        handler.engine().setSSLParameters(parameters);
        return unlimited(handler);
    }

    /** What a finished handshake agreed on. */
    public TlsInfo info(SslHandler handler) {
        return HandshakeInfo.of(handler, check, true);
    }

    private static SslHandler unlimited(SslHandler handler) {
        handler.setHandshakeTimeout(0, TimeUnit.MILLISECONDS);
        return handler;
    }

    private static void checkSni(String sni) {
        try {
            var _ = new SNIHostName(sni);
        } catch (IllegalArgumentException e) {
            throw new TlsConfigException("sni '" + sni + "' is not a host name", e);
        }
    }
}
