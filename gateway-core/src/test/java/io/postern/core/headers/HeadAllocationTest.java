package io.postern.core.headers;

import static io.postern.core.route.RouteTables.host;
import static io.postern.core.route.RouteTables.prefix;
import static io.postern.core.route.RouteTables.table;
import static io.postern.core.route.RouteTables.to;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.postern.config.model.Route;
import io.postern.config.model.RouterOptions;
import io.postern.core.format.FixedStream;
import io.postern.core.format.FormatEnvironment;
import io.postern.core.format.OctetBuffer;
import io.postern.core.route.CompiledRoutes;
import io.postern.core.route.RouteDecision;
import io.postern.sdk.HeaderMap;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a plain request costs in garbage between the codec and the upstream: nothing. */
class HeadAllocationTest {
    private static final int WARM_UP = 20_000;
    private static final int MEASURED = 10_000;
    private static final long NOW = 1_795_383_251_939_000_000L;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void aPlainRequestMakesNoGarbage() {
        // Given
        var manager = new Managers();
        manager.useRemoteAddress = true;
        manager.normalizePath = true;
        manager.mergeSlashes = true;
        var worker = new Worker(manager);
        for (int i = 0; i < WARM_UP; i++) {
            worker.serve(i);
        }

        // When
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < MEASURED; i++) {
            worker.serve(i);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        // Then
        assertThat((double) allocated / MEASURED).as("bytes a request").isLessThan(1);
        assertThat(worker.cluster).isEqualTo("api");
    }

    private static final class Worker {
        private final CompiledRoutes routes =
                CompiledRoutes.compile(
                        table(
                                host("*.example.com", to("other", prefix("/x"))),
                                host("www.example.com", many())));
        private final RouteHeaders[] routeHeaders =
                routes.targets().stream()
                        .map(route ->
                                RouteHeaders.compile(
                                        route,
                                        RouterOptions.defaults(),
                                        new FormatEnvironment("h", _ -> null)))
                        .toArray(RouteHeaders[]::new);
        private final RequestHeaders requestHeaders;
        private final ResponseHeaders responseHeaders;
        private final RouterHeaders routerHeaders = new RouterHeaders(RouterOptions.defaults());
        private final Peer peer;
        private final HeaderMap received =
                HeaderMap.of(
                        ":method", "GET",
                        ":path", "/api/v1/items?page=2",
                        ":authority", "www.example.com",
                        "user-agent", "curl/8.5.0",
                        "accept", "*/*",
                        "accept-encoding", "gzip, br",
                        "cookie", "session=0123456789abcdef");
        private final HeaderMap answered =
                HeaderMap.of(":status", "200", "content-type", "text/plain", "server", "origin");
        private final HeaderMap request = new HeaderMap();
        private final HeaderMap response = new HeaderMap();
        private final OctetBuffer scratch = new OctetBuffer();
        private final FixedStream stream = new FixedStream();
        private String cluster = "";

        Worker(Managers manager) {
            requestHeaders = new RequestHeaders(manager.build(), null, new SplittableRandom(1));
            responseHeaders = new ResponseHeaders(manager.build());
            peer = requestHeaders.peer(new FixedConnection("203.0.113.9"));
        }

        private static Route[] many() {
            var routes = new Route[21];
            for (int i = 0; i < 20; i++) {
                routes[i] = to("other", prefix("/other" + i));
            }
            routes[20] = to("api", prefix("/api/"));
            return routes;
        }

        void serve(int random) {
            request.copyFrom(received);
            Verdict verdict = requestHeaders.normalize(request, peer);
            requestHeaders.sanitize(request, peer);
            if (verdict == Verdict.CONTINUE
                    && routes.decide(request, random, null)
                            instanceof RouteDecision.Forward forward) {
                long timeout = routerHeaders.takeTimeoutMillis(request, 15_000);
                RouteHeaders headers = routeHeaders[forward.route().key()];
                headers.finalizeRequest(request, stream, scratch);
                routerHeaders.setExpectedTimeout(request, timeout, 0, 0, false);
                response.copyFrom(answered);
                routerHeaders.setUpstreamServiceTime(response, 3);
                headers.finalizeResponse(response, stream, scratch);
                responseHeaders.finish(response, request, NOW);
                cluster = forward.cluster();
            }
        }
    }
}
