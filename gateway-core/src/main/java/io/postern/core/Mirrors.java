package io.postern.core;

import io.postern.config.model.MirrorPolicy;
import io.postern.config.model.RouteMatch.Fraction;
import io.postern.core.runtime.WorkerLoop;
import io.postern.core.upstream.WorkerCluster;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which copies of a request are sent where. Confined to the worker's event loop. */
final class Mirrors {
    private static final HeaderName INTERNAL = HeaderName.of("x-envoy-internal");
    private static final String SUFFIX = "-shadow";

    private final WorkerLoop worker;

    Mirrors(WorkerLoop worker) {
        this.worker = worker;
    }

    /** The copies of a request whose head is {@code head}, on their way. */
    List<Mirror> start(
            List<MirrorPolicy> policies, HeaderMap head, boolean endOfStream, long timeoutNanos) {
        List<Mirror> mirrors = new ArrayList<>(policies.size());
        for (MirrorPolicy policy : policies) {
            WorkerCluster cluster = isChosen(policy.fraction()) ? clusterOf(policy, head) : null;
            if (cluster != null) {
                var mirror = new Mirror(copy(head, policy), cluster.config().bufferLimitBytes());
                mirrors.add(mirror);
                mirror.start(cluster, worker, endOfStream, timeoutNanos);
            }
        }
        return mirrors;
    }

    private boolean isChosen(@Nullable Fraction fraction) {
        return fraction == null
                || worker.random().nextInt(fraction.denominator()) < fraction.numerator();
    }

    private @Nullable WorkerCluster clusterOf(MirrorPolicy policy, HeaderMap head) {
        HeaderName header = policy.clusterHeader();
        String name = header == null ? policy.cluster() : head.get(header);
        return name == null ? null : worker.findCluster(name);
    }

    private static HeaderMap copy(HeaderMap head, MirrorPolicy policy) {
        HeaderMap copy = new HeaderMap(head.octetCount() + 64);
        copy.copyFrom(head);
        String host = head.get(HeaderName.AUTHORITY);
        if (!policy.host().isEmpty()) {
            copy.set(HeaderName.AUTHORITY, policy.host());
        } else if (policy.suffix() && host != null) {
            copy.set(HeaderName.AUTHORITY, withSuffix(host));
        }
        copy.set(INTERNAL, "true");
        return copy;
    }

    /** Before the port: logs then tell copies from requests. */
    static String withSuffix(String host) {
        int colon = host.lastIndexOf(':');
        boolean port = colon > host.lastIndexOf(']') && colon < host.length() - 1;
        for (int i = colon + 1; port && i < host.length(); i++) {
            port = host.charAt(i) >= '0' && host.charAt(i) <= '9';
        }
        return port ? host.substring(0, colon) + SUFFIX + host.substring(colon) : host + SUFFIX;
    }
}
