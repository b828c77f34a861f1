package io.postern.core;

import io.postern.core.upstream.UpstreamHost;
import io.postern.core.upstream.resilience.ResilienceGuard;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One try: the host it went to, and what it has of the guards in its way, the route's, then the
 * cluster's. Confined to the event loop.
 */
final class Attempt {
    private static final int FIRST_ERROR_STATUS = 500;

    private final @Nullable ResilienceGuard route;
    private final @Nullable ResilienceGuard cluster;
    private @Nullable UpstreamHost host;
    private List<ResilienceGuard.Call> calls = List.of();

    Attempt(@Nullable ResilienceGuard route, @Nullable ResilienceGuard cluster) {
        this.route = route;
        this.cluster = cluster;
    }

    /** Whether the try may begin. */
    boolean enter() {
        if (route == null && cluster == null) {
            return true;
        }
        calls = new ArrayList<>(2);
        if (enter(route) && enter(cluster)) {
            return true;
        }
        leave();
        return false;
    }

    private boolean enter(@Nullable ResilienceGuard guard) {
        if (guard == null) {
            return true;
        }
        ResilienceGuard.Call call = guard.tryEnter(System.nanoTime());
        if (call != null) {
            calls.add(call);
        }
        return call != null;
    }

    /** It goes there. */
    void on(@Nullable UpstreamHost chosen) {
        host = chosen;
    }

    /** Where it went; null: nowhere yet. */
    @Nullable UpstreamHost host() {
        return host;
    }

    /** Its response head is there. */
    void answered(int status) {
        if (host != null) {
            host.onResponse(status);
        }
        judge(status < FIRST_ERROR_STATUS);
    }

    /** It ended without a response. */
    void unanswered(boolean timedOut) {
        judge(false);
        UpstreamHost silent = host;
        if (silent != null) {
            host = null;
            silent.onNoResponse(timedOut);
        }
    }

    /** What came of the try; only the first answer counts. */
    private void judge(boolean success) {
        for (int i = 0; i < calls.size(); i++) {
            calls.get(i).answered(success, System.nanoTime());
        }
    }

    /** The try is over. */
    void leave() {
        for (int i = 0; i < calls.size(); i++) {
            calls.get(i).end();
        }
        calls = List.of();
    }
}
