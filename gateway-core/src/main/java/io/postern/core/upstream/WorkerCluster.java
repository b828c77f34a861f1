package io.postern.core.upstream;

import io.postern.config.model.Cluster;
import io.postern.core.http.HttpConnection;
import io.postern.sdk.Worker.Cancellable;
import java.util.List;

/** A cluster on one worker: its hosts, cursors and pools. Confined to the event loop. */
public interface WorkerCluster {
    /** Its configuration. */
    Cluster config();

    /**
     * Asks for a stream: chooses a host, takes a pooled connection or makes one.
     *
     * @param highPriority which circuit-breaker thresholds count
     * @param downstream protocol of the client's request, for use_downstream_protocol_config
     * @param avoid hosts not to choose when another is there (previous_hosts); may be empty
     * @return calls the request off while it waits; does nothing once it was answered
     */
    Cancellable request(
            boolean highPriority,
            HttpConnection.Protocol downstream,
            List<UpstreamHost> avoid,
            StreamRequester requester);

    /**
     * Opens a byte stream to a host of the balancer's choice, with TLS as the cluster has it. The
     * requester keeps the time.
     *
     * @return calls the request off while it waits; does nothing once it was answered
     */
    Cancellable open(ChannelRequester requester);

    /** Takes one of max_retries; false when none is left. Give it back with retryEnded. */
    boolean tryRetry(boolean highPriority);

    /** Gives back what {@link #tryRetry} took. */
    void retryEnded(boolean highPriority);
}
