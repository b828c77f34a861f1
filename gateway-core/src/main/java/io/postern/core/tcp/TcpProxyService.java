package io.postern.core.tcp;

import io.netty.channel.Channel;
import io.postern.config.model.TcpProxy;
import io.postern.core.listener.ConnectionService;
import io.postern.core.network.ConnectionInfo;
import io.postern.core.observe.AccessLogger;
import io.postern.core.runtime.WorkerLoop;
import io.postern.sdk.Metrics;
import io.postern.sdk.StreamInfo.TlsInfo;
import org.jspecify.annotations.Nullable;

/**
 * Proxies the connections of one filter chain on one worker to a cluster, octet by octet. Confined
 * to the worker's event loop.
 *
 * <p>Source: {@code envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy}.
 */
public final class TcpProxyService implements ConnectionService {
    private final TcpProxy config;
    private final WorkerLoop worker;
    private final int bufferLimitBytes;
    private final TcpStats stats;
    private final AccessLogger accessLog;

    /** The proxy of one worker. */
    public TcpProxyService(
            TcpProxy config, WorkerLoop worker, int bufferLimitBytes, AccessLogger accessLog) {
        this.config = config;
        this.worker = worker;
        this.bufferLimitBytes = bufferLimitBytes;
        this.stats = TcpStats.of(worker.metrics(), config.statPrefix());
        this.accessLog = accessLog;
    }

    @Override
    public void install(Channel channel, @Nullable TlsInfo tls) {
        stats.connections().add(1);
        new TcpSession(this, channel, ConnectionInfo.of(channel)).start();
    }

    AccessLogger accessLog() {
        return accessLog;
    }

    TcpProxy config() {
        return config;
    }

    WorkerLoop worker() {
        return worker;
    }

    int bufferLimitBytes() {
        return bufferLimitBytes;
    }

    TcpStats stats() {
        return stats;
    }

    /** A cluster by weight. */
    TcpProxy.Target chooseTarget() {
        long total = config.totalWeight();
        long at = total <= 1 ? 0 : worker.random().nextLong(total);
        for (TcpProxy.Target target : config.targets()) {
            at -= target.weight();
            if (at < 0) {
                return target;
            }
        }
        return config.targets().getFirst();
    }

    /** Envoy's names. */
    record TcpStats(
            Metrics.Counter connections,
            Metrics.Counter noRoute,
            Metrics.Counter received,
            Metrics.Counter sent,
            Metrics.Counter idleTimeouts,
            Metrics.Counter endedByDuration) {
        static TcpStats of(Metrics metrics, String prefix) {
            String start = "tcp." + prefix + ".";
            return new TcpStats(
                    metrics.counter(start + "downstream_cx_total"),
                    metrics.counter(start + "downstream_cx_no_route"),
                    metrics.counter(start + "downstream_cx_rx_bytes_total"),
                    metrics.counter(start + "downstream_cx_tx_bytes_total"),
                    metrics.counter(start + "idle_timeout"),
                    metrics.counter(start + "max_downstream_connection_duration"));
        }
    }
}
