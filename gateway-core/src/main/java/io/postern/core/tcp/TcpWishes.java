package io.postern.core.tcp;

import io.postern.config.model.TcpProxy;
import io.postern.core.headers.IpText;
import io.postern.core.http.HttpConnection;
import io.postern.core.network.ConnectionInfo;
import io.postern.core.upstream.LoadBalancerContext;
import io.postern.core.upstream.ProxiedPeers;
import io.postern.core.upstream.balance.XxHash64;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which host a proxied connection should go to. Confined to the event loop.
 *
 * @param originalDestination what the client wanted to connect to; null: nobody said so
 */
record TcpWishes(
        TcpProxy config,
        TcpProxy.Target target,
        ConnectionInfo info,
        @Nullable SocketAddress originalDestination)
        implements LoadBalancerContext {
    @Override
    public boolean highPriority() {
        return false;
    }

    @Override
    public HttpConnection.Protocol downstream() {
        return HttpConnection.Protocol.HTTP_1_1;
    }

    @Override
    public boolean hasHash() {
        return config.hashesSource() && IpText.of(info.remoteAddress()) != null;
    }

    @Override
    public long hash() {
        byte[] address = IpText.of(info.remoteAddress());
        return address == null ? 0 : XxHash64.of(address);
    }

    @Override
    public Map<String, String> metadata() {
        return target.metadataMatch();
    }

    @Override
    public List<Map<String, String>> metadataFallbacks() {
        return target.metadataFallbacks();
    }

    @Override
    public ProxiedPeers proxied() {
        return new ProxiedPeers(info.remoteAddress(), info.localAddress());
    }
}
