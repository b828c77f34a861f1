package io.postern.core.listener;

import io.postern.config.model.FilterChain;
import io.postern.core.http.ServerPipeline;
import io.postern.core.runtime.WorkerLoop;
import io.postern.core.tls.DownstreamTls;
import org.jspecify.annotations.Nullable;

/** Where a listener gets the parts of its filter chains from. Control thread. */
public interface FilterChainParts {
    /** HTTP on one worker. */
    ServerPipeline pipeline(WorkerLoop worker, FilterChain chain);

    /** TLS of the chain, the same for all workers; null for plain text. */
    @Nullable DownstreamTls tls(FilterChain chain);
}
