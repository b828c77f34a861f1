package io.postern.config.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.ResourceType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random sequences of listeners that change the routes they ask for, routes that come, change, are
 * wrong or go, listeners on an address that is taken, broken streams and new processes, against a
 * model of what has to be served. {@code -Dseed=…} runs one alone.
 */
class RoutesModelTest {
    private static final int SEEDS = 15;
    private static final int STEPS = 60;
    private static final int LISTENERS = 3;
    private static final int TABLES = 4;
    private static final int BAD_STATUS = 9999;
    private static final String FIXED = "fixed";
    private static final int FIXED_PORT = 999;

    @TempDir Path folder = Path.of("");

    private enum Kind {
        GOOD,
        /** It has no address. */
        WRONG,
        /** Another one has its address: that shows only when it is to be served. */
        OCCUPIED
    }

    /** A listener that asks for a table. */
    private record Asking(String table, Kind kind) {}

    private static final class Model {
        private final Map<String, Asking> listeners = new HashMap<>();
        private final Map<String, Integer> tables = new HashMap<>();
        private final Map<String, String> candidates = new HashMap<>();
        private final Map<String, String> served = new HashMap<>();
        private final Map<String, Integer> known = new HashMap<>();

        /** A new process: with the server away, all it knows is what was served. */
        void restarted(boolean connected) {
            candidates.clear();
            if (connected) {
                served.clear();
                known.clear();
                delivered();
            } else {
                candidates.putAll(served);
                known.keySet().retainAll(served.values());
            }
        }

        /** The gateway has heard of everything. */
        void delivered() {
            candidates.keySet().retainAll(listeners.keySet());
            served.keySet().retainAll(listeners.keySet());
            listeners.forEach((name, asking) -> {
                switch (asking.kind()) {
                    case GOOD -> candidates.put(name, asking.table());
                    case WRONG -> {}
                    case OCCUPIED -> {
                        candidates.remove(name);
                        if (served.containsKey(name)) {
                            candidates.put(name, served.get(name));
                        }
                    }
                }
            });
            hear();
            candidates.forEach((name, table) -> {
                if (known.containsKey(table)) {
                    served.put(name, table);
                }
            });
            hear();
        }

        // Only what somebody refers to is asked for and kept; of what is wrong the last good one.
        private void hear() {
            Set<String> referred = new HashSet<>(candidates.values());
            referred.addAll(served.values());
            known.keySet().retainAll(referred);
            for (String table : referred) {
                Integer status = tables.get(table);
                if (status != null && status != BAD_STATUS) {
                    known.put(table, status);
                }
            }
        }

        Map<String, Integer> expected() {
            Map<String, Integer> statuses = new TreeMap<>();
            served.forEach((name, table) -> statuses.put(name, known.get(table)));
            return statuses;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsServedIsTheLastGoodOfEveryListenerAndTable(boolean delta) {
        Seeds.each(SEEDS, seed -> run(seed, delta, folder.resolve(seed + "-" + delta)));
    }

    private static void run(long seed, boolean delta, Path cache) {
        var random = new SplittableRandom(seed);
        var rig = new Rig(delta, cache).start();
        var model = new Model();
        put(rig, model, FIXED, 299);
        put(rig, model, FIXED, new Asking(FIXED, Kind.GOOD));
        rig.control.advance(Duration.ofMinutes(2));
        model.delivered();
        boolean connected = true;
        for (int step = 0; step < STEPS; step++) {
            String listener = "l" + random.nextInt(LISTENERS);
            String table = "r" + random.nextInt(TABLES);
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> put(rig, model, listener, new Asking(table, Kind.GOOD));
                case 3 -> put(rig, model, listener, new Asking(table, Kind.WRONG));
                case 10 -> put(rig, model, listener, new Asking(FIXED, Kind.OCCUPIED));
                case 11 -> {
                    rig = restarted(rig, delta, cache);
                    model.restarted(connected);
                    assertThat(rig.listeners())
                            .as("seed %d, step %d, delta %s: restart", seed, step, delta)
                            .isEqualTo(model.expected());
                }
                case 4 -> {
                    rig.server.remove(ResourceType.LISTENER, listener);
                    model.listeners.remove(listener);
                }
                case 5, 6 -> put(rig, model, table, 200 + random.nextInt(100));
                case 7 -> put(rig, model, table, BAD_STATUS);
                case 8 -> {
                    rig.server.remove(ResourceType.ROUTES, table);
                    model.tables.remove(table);
                }
                default -> {
                    connected = !connected;
                    if (connected) {
                        rig.server.comeBack();
                    } else {
                        rig.server.disconnect(false);
                    }
                }
            }
            rig.control.advance(Duration.ofMinutes(2));
            if (connected) {
                model.delivered();
                assertThat(rig.listeners())
                        .as("seed %d, step %d, delta %s", seed, step, delta)
                        .isEqualTo(model.expected());
            }
        }
    }

    private static Rig restarted(Rig rig, boolean delta, Path cache) {
        var next = new Rig(delta, cache);
        next.server.takeOver(rig.server);
        return next.start();
    }

    private static void put(Rig rig, Model model, String name, Asking asking) {
        int port =
                switch (asking.kind()) {
                    case GOOD ->
                            name.equals(FIXED)
                                    ? FIXED_PORT
                                    : 1000 + Integer.parseInt(name.substring(1));
                    case WRONG -> 0;
                    case OCCUPIED -> FIXED_PORT;
                };
        rig.server.put(ResourceType.LISTENER, name, Rig.listener(name, port, asking.table()));
        model.listeners.put(name, asking);
    }

    private static void put(Rig rig, Model model, String table, int status) {
        rig.server.put(ResourceType.ROUTES, table, Rig.routes(table, status));
        model.tables.put(table, status);
    }
}
