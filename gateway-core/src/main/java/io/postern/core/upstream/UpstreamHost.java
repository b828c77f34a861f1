package io.postern.core.upstream;

import java.net.SocketAddress;

/** A host of a cluster as seen by one worker. Confined to the event loop. */
public interface UpstreamHost {
    /** Where it is. */
    SocketAddress address();

    /** Name for auto_host_rewrite; the address' text when it has none. */
    String hostname();
}
