package io.postern.core.hotrestart;

import io.netty.channel.unix.FileDescriptor;
import java.util.List;

/** Where listening sockets are to be had that are open already. Control thread. */
public interface Inheritance {
    /** Nowhere. */
    Inheritance NONE = address -> List.of();

    /**
     * The sockets on {@code address}, {@code host:port}: they are the caller's from now on. Empty:
     * it has to open its own.
     */
    List<FileDescriptor> take(String address);
}
