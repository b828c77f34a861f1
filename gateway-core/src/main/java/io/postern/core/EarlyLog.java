package io.postern.core;

import io.postern.config.model.HttpConnectionManager.LogTimes;
import io.postern.core.format.StreamView;
import io.postern.core.observe.AccessLogger;
import io.postern.core.runtime.WorkerLoop;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.StreamInfo;
import org.jspecify.annotations.Nullable;

/**
 * Logs exchanges before their end, where the connection manager says so. Confined to the worker.
 *
 * <p>Source: {@code HcmAccessLogOptions}.
 */
final class EarlyLog {
    private static final int SWITCHING_PROTOCOLS = 101;

    private final WorkerLoop worker;
    private final AccessLogger logger;
    private final LogTimes times;

    EarlyLog(WorkerLoop worker, FlowParts parts) {
        this.worker = worker;
        this.logger = parts.accessLog();
        this.times = parts.manager().logTimes();
    }

    /** An exchange has its route. */
    void routed(Exchange exchange) {
        if (times.atStart()) {
            log(exchange, "DownstreamStart");
        }
        if (!times.interval().isZero()) {
            again(exchange);
        }
    }

    private void again(Exchange exchange) {
        exchange.nextLog =
                worker.schedule(
                        times.interval().toNanos(),
                        () -> {
                            log(exchange, "DownstreamPeriodic");
                            again(exchange);
                        });
    }

    /** An exchange has an answer. */
    void answered(Exchange exchange, HeaderMap answer) {
        if (times.atTunnel() && Upgrades.isTunnel(exchange.requestHeaders())) {
            int status = Status.of(answer);
            if (status == SWITCHING_PROTOCOLS || status / 100 == 2) {
                log(exchange, "DownstreamTunnelSuccessfullyEstablished");
            }
        }
    }

    /** An exchange is over. */
    void ended(Exchange exchange) {
        if (exchange.nextLog != null) {
            exchange.nextLog.cancel();
        }
    }

    private void log(Exchange exchange, String type) {
        logger.log(new Entry(exchange, type));
    }

    /** An exchange as it is now. */
    private record Entry(Exchange exchange, String logType) implements StreamView {
        @Override
        public HeaderMap requestHeaders() {
            return exchange.requestHeaders();
        }

        @Override
        public @Nullable HeaderMap responseHeaders() {
            return exchange.responseHeaders();
        }

        @Override
        public @Nullable HeaderMap responseTrailers() {
            return exchange.responseTrailers();
        }

        @Override
        public StreamInfo streamInfo() {
            return exchange.streamInfo();
        }

        @Override
        public byte[] localReplyBody() {
            return exchange.localReplyBody();
        }
    }
}
