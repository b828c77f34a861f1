package io.postern.core.upstream;

import org.jspecify.annotations.Nullable;

/** Chooses the host of a request. Confined to the event loop. */
interface HostChooser {
    /** The next host; null when there is none. */
    @Nullable HostOnWorker choose(LoadBalancerContext context);
}
