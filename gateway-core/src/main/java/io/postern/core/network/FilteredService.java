package io.postern.core.network;

import io.netty.channel.Channel;
import io.postern.core.listener.ConnectionService;
import io.postern.core.listener.EntryPoint;
import io.postern.sdk.StreamInfo.TlsInfo;
import io.postern.sdk.Worker;
import io.postern.sdk.WorkerFilter;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts network filters in front of what serves the connections of a filter chain. Confined to the
 * worker's event loop.
 *
 * @param filters in the configured order
 * @param inner what serves them
 * @param connectionIds unique in this process
 * @param readsFirst whether the client is read before the service is there; tcp_proxy is not, as in
 *     Envoy
 * @param bufferLimitBytes what filters may hold in each direction before its sender is stopped
 */
public record FilteredService(
        WorkerFilter[] filters,
        ConnectionService inner,
        Worker worker,
        LongSupplier connectionIds,
        EntryPoint entry,
        boolean readsFirst,
        int bufferLimitBytes)
        implements ConnectionService {
    @Override
    public void install(Channel channel, @Nullable TlsInfo tls) {
        var info =
                new ConnectionInfo(
                        channel, connectionIds.getAsLong(), worker.epochNanos(), tls, entry);
        if (filters.length == 0) {
            inner.install(channel, tls);
        } else {
            new ConnectionFilterChain(this, channel, info).start();
        }
    }
}
