package io.postern.core.listener;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.ScheduledFuture;
import io.postern.config.model.Listener;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the time in which a connection has to send what listener filters wait for. Confined to the
 * event loop.
 *
 * <p>Source: {@code envoy.config.listener.v3.Listener.listener_filters_timeout}.
 */
final class FilterDeadline {
    private static final AttributeKey<ScheduledFuture<?>> KEY =
            AttributeKey.valueOf(FilterDeadline.class, "pending");

    private FilterDeadline() {}

    static void arm(Channel channel, Listener.FilterWait wait, ConnectionSetup setup) {
        if (wait.limit().isZero()) {
            return;
        }
        channel.attr(KEY)
                .set(
                        channel.eventLoop()
                                .schedule(
                                        () -> {
                                            channel.attr(KEY).set(null);
                                            if (channel.isOpen()) {
                                                setup.tooSlow(channel, wait.continues());
                                            }
                                        },
                                        wait.limit().toNanos(),
                                        TimeUnit.NANOSECONDS));
        var _ = channel.closeFuture().addListener(_ -> disarm(channel));
    }

    static void disarm(Channel channel) {
        ScheduledFuture<?> pending = channel.attr(KEY).getAndSet(null);
        if (pending != null) {
            pending.cancel(false);
        }
    }
}
