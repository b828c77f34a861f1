package io.postern.config.source.xds;

import com.google.protobuf.InvalidProtocolBufferException;
import io.postern.config.model.ResourceType;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What is said on one stream after the other to the same server: what is asked for, and what was
 * accepted, outlives a stream. Control thread.
 */
interface Dialogue {
    /** A new stream: asks for everything again. */
    void begin(Consumer<byte[]> out);

    /** The stream is gone. */
    void end();

    /** Changes what is asked for. */
    void want(ResourceType type, Wanted wanted);

    /** Whether anything is asked for. */
    boolean wantsAnything();

    /**
     * These are here, though no stream has brought them.
     *
     * @return whether the server can only be told so on a new stream
     */
    default boolean held(ResourceType type, Set<String> names) {
        return false;
    }

    /** This one is not here any more. */
    default void lost(ResourceType type, String name) {}

    /**
     * Takes and answers a response.
     *
     * @throws InvalidProtocolBufferException when it is none
     */
    void message(byte[] octets) throws InvalidProtocolBufferException;
}
