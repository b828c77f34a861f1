package io.postern.core;

import io.postern.config.model.FilterChain;
import io.postern.config.model.Listener;
import io.postern.config.model.RouteTable;
import io.postern.core.ServedChain.Change;
import io.postern.core.listener.ActiveListener;
import io.postern.core.listener.ChainOnWorker;
import io.postern.core.listener.ChainsOnWorker;
import io.postern.core.route.CompiledRoutes;
import io.postern.core.runtime.WorkerLoop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A listener that is served: its sockets and its filter chains. An update keeps the sockets and the
 * chains that did not change; it happens as a whole or not at all. Control thread.
 */
final class ServedListener {
    private final ListenerParts parts;
    private final ActiveListener active;
    private Map<FilterChain.Match, ServedChain> chains = new LinkedHashMap<>();
    private @Nullable ServedChain otherwise;

    /** What became of the chains that an update took out of service. */
    interface Leftovers {
        /** They are to be drained, then closed. */
        void drain(List<ServedChain> gone);
    }

    private ServedListener(ListenerParts parts, Listener config) {
        this.parts = parts;
        this.active =
                new ActiveListener(
                        config, parts.transport(), parts.overload(), parts.inheritance());
    }

    /**
     * Makes the chains and binds.
     *
     * @throws RuntimeException says what cannot work; nothing is left
     */
    static ServedListener open(
            ListenerParts parts, Listener config, Function<RouteTable, CompiledRoutes> routes) {
        var listener = new ServedListener(parts, config);
        var version = listener.version(config, routes);
        try {
            version.changes.forEach(Change::commit);
            listener.active.bind(parts.workers(), version::onWorker);
        } catch (RuntimeException e) {
            version.all().forEach(ServedChain::close);
            throw e;
        }
        listener.use(version);
        return listener;
    }

    ActiveListener active() {
        return active;
    }

    /** Whether its sockets can serve {@code next}. */
    boolean canBecome(Listener next) {
        return next.address().equals(active.config().address())
                && next.more().equals(active.config().more());
    }

    /**
     * Serves {@code next} from now on.
     *
     * @throws RuntimeException says what cannot work; then nothing has changed
     */
    void become(Listener next, Function<RouteTable, CompiledRoutes> routes, Leftovers leftovers) {
        List<ServedChain> before = all();
        var version = version(next, routes);
        version.changes.forEach(Change::commit);
        active.update(next, version::onWorker);
        use(version);
        before.removeAll(version.all());
        leftovers.drain(before);
    }

    private void use(Version version) {
        chains = version.chains;
        otherwise = version.otherwise;
    }

    private Version version(Listener next, Function<RouteTable, CompiledRoutes> routes) {
        var version = new Version(next, routes);
        try {
            version.make();
        } catch (RuntimeException e) {
            version.changes.forEach(Change::abandon);
            throw e;
        }
        return version;
    }

    List<ServedChain> all() {
        var all = new ArrayList<>(chains.values());
        if (otherwise != null) {
            all.add(otherwise);
        }
        return all;
    }

    /** Its chains after an update. */
    private final class Version {
        private final Listener listener;
        private final Function<RouteTable, CompiledRoutes> routes;
        private final Map<FilterChain.Match, ServedChain> chains = new LinkedHashMap<>();
        private final List<Change> changes = new ArrayList<>();
        private @Nullable ServedChain otherwise;

        Version(Listener listener, Function<RouteTable, CompiledRoutes> routes) {
            this.listener = listener;
            this.routes = routes;
        }

        void make() {
            for (FilterChain chain : listener.filterChains()) {
                ServedChain before = ServedListener.this.chains.get(chain.match());
                chains.put(chain.match(), chain(chain, before));
            }
            FilterChain last = listener.defaultFilterChain();
            if (last != null) {
                otherwise = chain(last, ServedListener.this.otherwise);
            }
        }

        private ServedChain chain(FilterChain next, @Nullable ServedChain before) {
            CompiledRoutes compiled = routes.apply(next.http().routes());
            if (before != null && before.canBecome(listener, next)) {
                changes.add(before.prepare(next, compiled));
                return before;
            }
            var made = new ServedChain(parts, listener, next, compiled);
            changes.add(
                    new Change() {
                        @Override
                        public void commit() {}

                        @Override
                        public void abandon() {
                            made.close();
                        }
                    });
            return made;
        }

        List<ServedChain> all() {
            var all = new ArrayList<>(chains.values());
            if (otherwise != null) {
                all.add(otherwise);
            }
            return all;
        }

        ChainsOnWorker onWorker(WorkerLoop worker) {
            List<ChainOnWorker> services = new ArrayList<>();
            all().forEach(chain -> services.add(chain.onWorker(worker)));
            return new ChainsOnWorker(listener, services);
        }
    }
}
