package io.postern.config.source.xds;

import io.postern.config.model.ConfigSource.Target;
import java.time.Duration;

/**
 * The way to management servers: gRPC streams and HTTP requests through a cluster of the bootstrap.
 * May be called by any thread and calls back on any.
 */
public interface DiscoveryTransport {
    /** Hears what happens on a stream. */
    interface StreamListener {
        /** The server has accepted the stream. */
        void onOpen();

        /** One gRPC message. */
        void onMessage(byte[] message);

        /**
         * It is over, or never began; nothing else arrives.
         *
         * @param reason for the log
         */
        void onEnd(String reason);
    }

    /** An open stream. */
    interface Stream {
        /** Sends one gRPC message; what does not fit on the wire yet waits. */
        void send(byte[] message);

        /** Ends it; the listener hears nothing any more. */
        void close();
    }

    /** Hears the answer to a request. */
    interface FetchListener {
        /** What was answered, completely. */
        void onAnswer(int status, byte[] body);

        /** There was no answer. */
        void onFailure(String reason);
    }

    /** Begins a bidirectional gRPC stream. */
    Stream open(Target target, String path, StreamListener listener);

    /** POSTs JSON. */
    void fetch(Target target, String path, byte[] body, Duration timeout, FetchListener listener);
}
