package io.postern.core.hotrestart;

import io.netty.channel.epoll.EpollDomainSocketChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whose processes these are: sockets go only from one's own to one's own. */
final class Owner {
    private Owner() {}

    /** Whether the process on the other side is run by the user of this one. */
    static boolean isOurs(EpollDomainSocketChannel channel) {
        try {
            Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            return self.equals(channel.peerCredentials().uid());
        } catch (IOException _) {
            return false;
        }
    }
}
