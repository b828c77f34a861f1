package io.postern.core;

import io.postern.config.model.Resilience;
import io.postern.config.model.RouteAction;
import io.postern.core.route.CompiledRoute;
import io.postern.core.route.CompiledRoutes;
import io.postern.core.upstream.resilience.GuardBook;
import io.postern.core.upstream.resilience.ResilienceGuard;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What protects the routes of one table, shared by the workers. Thread-safe: immutable.
 *
 * @param byKey by {@link CompiledRoute#key()}
 */
record RouteGuards(GuardBook book, CompiledRoutes routes, Map<Integer, ResilienceGuard> byKey) {
    RouteGuards {
        byKey = Map.copyOf(byKey);
    }

    static RouteGuards of(CompiledRoutes routes, GuardBook book) {
        var guards = new HashMap<Integer, ResilienceGuard>();
        for (CompiledRoute route : routes.targets()) {
            Resilience policy = policy(route);
            if (!policy.isEmpty()) {
                guards.put(route.key(), book.take(name(route), policy));
            }
        }
        return new RouteGuards(book, routes, guards);
    }

    private static Resilience policy(CompiledRoute route) {
        return route.route().action() instanceof RouteAction.Forward forward
                ? forward.tries().resilience()
                : Resilience.none();
    }

    private static String name(CompiledRoute route) {
        String own = route.route().name();
        return route.virtualHost().name() + "/" + (own.isEmpty() ? "route_" + route.key() : own);
    }

    /** Null: nothing protects it. */
    @Nullable ResilienceGuard of(@Nullable CompiledRoute route) {
        return route == null || byKey.isEmpty() ? null : byKey.get(route.key());
    }

    /** Gives them back. */
    void close() {
        for (CompiledRoute route : routes.targets()) {
            if (byKey.containsKey(route.key())) {
                book.give(name(route), policy(route));
            }
        }
    }
}
