package io.postern.core;

import io.postern.config.model.Bootstrap;
import io.postern.core.hotrestart.Inheritance;
import io.postern.core.http.CodecWorker;
import io.postern.core.overload.OverloadState;
import io.postern.core.runtime.Transport;
import io.postern.core.runtime.WorkerLoop;
import io.postern.core.upstream.resilience.GuardBook;
import java.net.InetAddress;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What listeners and their filter chains are made with.
 *
 * @param codecs by the index of the worker
 * @param control one thread: closings are done on it
 * @param machineAddress one that others can reach, if there is one; as in Envoy, of the start
 * @param seeds split by the one thread that changes the configuration
 */
record ListenerParts(
        Bootstrap.Node node,
        Gateway.Settings settings,
        Transport transport,
        List<WorkerLoop> workers,
        List<CodecWorker> codecs,
        Executor control,
        SplittableRandom seeds,
        VirtualHostRequests virtualHosts,
        OverloadState overload,
        GuardBook guards,
        Inheritance inheritance,
        @Nullable InetAddress machineAddress) {
    ListenerParts {
        workers = List.copyOf(workers);
        codecs = List.copyOf(codecs);
    }

    CodecWorker codec(WorkerLoop worker) {
        return codecs.get(worker.index());
    }
}
