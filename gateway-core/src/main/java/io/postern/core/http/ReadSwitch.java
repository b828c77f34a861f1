package io.postern.core.http;

import io.netty.channel.Channel;

/** Whether a channel is being read; switched only when that changes. */
final class ReadSwitch {
    private boolean on = true;

    void set(Channel channel, boolean wanted) {
        if (wanted != on) {
            on = wanted;
            channel.config().setAutoRead(wanted);
        }
    }
}
