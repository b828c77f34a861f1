package io.postern.core.listener;

import io.netty.channel.Channel;
import io.postern.sdk.StreamInfo.TlsInfo;
import org.jspecify.annotations.Nullable;

/** What a filter chain does with its connections on one worker. Confined to the event loop. */
@FunctionalInterface
public interface ConnectionService {
    /**
     * Serves a channel whose TLS handshake, if any, is done. Reading must not have begun, or what
     * was read is fired into the pipeline afterwards.
     *
     * @param tls parameters of the connection; null for plain text
     */
    void install(Channel channel, @Nullable TlsInfo tls);
}
