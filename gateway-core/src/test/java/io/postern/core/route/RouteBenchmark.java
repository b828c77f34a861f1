package io.postern.core.route;

import static io.postern.core.route.RouteTables.exact;
import static io.postern.core.route.RouteTables.get;
import static io.postern.core.route.RouteTables.host;
import static io.postern.core.route.RouteTables.prefix;
import static io.postern.core.route.RouteTables.table;
import static io.postern.core.route.RouteTables.to;

import io.postern.config.model.Route;
import io.postern.config.model.VirtualHost;
import io.postern.sdk.HeaderMap;
import java.util.ArrayList;
import java.util.List;

/**
 * How the cost of a decision grows with the number of routes: prints nanoseconds for 10 routes of
 * one host, for 10,000 of 1,000 hosts and for 10,000 of one host. Run by hand; {@link
 * RouteCostTest} guards the proportion.
 */
final class RouteBenchmark {
    private static final int ROUNDS = 7;
    private static final int DECISIONS = 2_000_000;

    private RouteBenchmark() {}

    public static void main(String[] arguments) {
        List<Case> cases = List.of(few(), many(), flat());
        for (int round = 0; round < ROUNDS; round++) {
            for (Case one : cases) {
                System.out.printf("%s: %.1f ns%n", one.name, one.measure(DECISIONS));
            }
        }
    }

    static Case few() {
        return new Case("10 routes, 1 host", 1, 10);
    }

    static Case many() {
        return new Case("10,000 routes, 1,000 hosts", 1000, 10);
    }

    static Case flat() {
        return new Case("10,000 routes, 1 host", 1, 10_000);
    }

    /** One table and requests that reach all of its hosts in turn. */
    static final class Case {
        private static final int HEADS = 1024;

        private final String name;
        private final CompiledRoutes routes;
        private final HeaderMap[] heads = new HeaderMap[HEADS];

        Case(String name, int hosts, int routesAHost) {
            this.name = name;
            var all = new ArrayList<VirtualHost>();
            for (int h = 0; h < hosts; h++) {
                var ofHost = new Route[routesAHost];
                for (int r = 0; r < routesAHost; r++) {
                    String path = "/service/" + r + "/items";
                    ofHost[r] = to("c" + r, r % 2 == 0 ? prefix(path) : exact(path));
                }
                all.add(host("host" + h + ".example.com", ofHost));
            }
            routes = CompiledRoutes.compile(table(all.toArray(VirtualHost[]::new)));
            for (int i = 0; i < heads.length; i++) {
                int route = (i * 7919) % routesAHost;
                String host = "host" + (i * 31) % hosts + ".example.com";
                heads[i] = get(host, "/service/" + route + "/items?x=" + i);
            }
        }

        /** Nanoseconds for one of {@code decisions}. */
        double measure(int decisions) {
            int missed = 0;
            long start = System.nanoTime();
            for (int i = 0; i < decisions; i++) {
                RouteDecision decision = routes.decide(heads[i & (HEADS - 1)], i, null);
                missed += decision instanceof RouteDecision.NoRoute ? 1 : 0;
            }
            long nanos = System.nanoTime() - start;
            if (missed > 0) {
                throw new IllegalStateException("missed " + missed);
            }
            return (double) nanos / decisions;
        }
    }
}
