package io.postern.core.upstream;

import io.postern.core.http.HttpConnection;
import io.postern.sdk.HeaderMap;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A request that wants nothing special, or one with a head and a destination. */
record TestContext(@Nullable HeaderMap head, @Nullable SocketAddress originalDestination)
        implements LoadBalancerContext {
    TestContext() {
        this(null, null);
    }

    static TestContext to(String authority) {
        return new TestContext(HeaderMap.of(":method", "GET", ":authority", authority), null);
    }

    @Override
    public boolean highPriority() {
        return false;
    }

    @Override
    public HttpConnection.Protocol downstream() {
        return HttpConnection.Protocol.HTTP_1_1;
    }
}
