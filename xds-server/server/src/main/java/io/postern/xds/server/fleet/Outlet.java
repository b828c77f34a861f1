package io.postern.xds.server.fleet;

import io.postern.xds.server.protocol.Outgoing;
import io.postern.xds.server.protocol.StreamException;

/** The network's side of a stream. Called by the stream's lane. */
public interface Outlet {
    /** Whether a message would go out now, and not wait in memory. */
    boolean isReady();

    /** Sends a response. */
    void send(Outgoing response);

    /** Lets one more request in. */
    void receiveNext();

    /** Ends the stream because of what was asked. */
    void close(StreamException reason);

    /** Ends the stream, whose node has said all it wanted to. */
    void complete();
}
