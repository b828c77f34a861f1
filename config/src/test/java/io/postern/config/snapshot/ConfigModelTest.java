package io.postern.config.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.ResourceType;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random sequences of updates, mistakes, removals and broken streams, against a model of what has
 * to be served after each of them. A failure names its seed: {@code -Dseed=…} runs it alone.
 */
class ConfigModelTest {
    private static final int SEEDS = 15;
    private static final int STEPS = 60;
    private static final int NAMES = 4;

    /** What the server has of a cluster or listener: a value, and whether it is right. */
    private record Entry(int value, boolean valid) {}

    /** What has to be served. */
    private static final class Model {
        private final Map<String, Entry> onServer = new HashMap<>();
        private final Map<String, Integer> details = new HashMap<>();
        private final Map<String, Integer> candidates = new HashMap<>();
        private final Map<String, Integer> served = new HashMap<>();

        /** The gateway has heard of everything. */
        void delivered() {
            candidates.keySet().retainAll(onServer.keySet());
            served.keySet().retainAll(onServer.keySet());
            onServer.forEach((name, entry) -> {
                if (entry.valid()) {
                    candidates.put(name, entry.value());
                }
                Integer candidate = candidates.get(name);
                if (candidate != null && details.containsKey(name)) {
                    served.put(name, candidate);
                }
            });
        }

        Map<String, String> expected() {
            Map<String, String> texts = new TreeMap<>();
            served.forEach((name, value) -> texts.put(name, value + ":" + details.get(name)));
            return texts;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsServedIsTheLastGoodOfEveryCluster(boolean delta) {
        Seeds.each(SEEDS, seed -> run(seed, delta));
    }

    private static void run(long seed, boolean delta) {
        var random = new SplittableRandom(seed);
        var rig = new Rig(delta, null).start();
        var model = new Model();
        boolean connected = true;
        for (int step = 0; step < STEPS; step++) {
            String name = "c" + random.nextInt(NAMES);
            int value = 1 + random.nextInt(50);
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3 -> put(rig, model, name, new Entry(value, true));
                case 4, 5 -> put(rig, model, name, new Entry(value, false));
                case 6 -> {
                    rig.server.remove(ResourceType.CLUSTER, name);
                    model.onServer.remove(name);
                }
                case 7, 8 -> {
                    rig.server.put(ResourceType.ENDPOINTS, name, Rig.endpoints(name, value));
                    model.details.put(name, value);
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
                assertThat(rig.clusters())
                        .as("seed %d, step %d, delta %s", seed, step, delta)
                        .isEqualTo(model.expected());
            }
        }
    }

    private static void put(Rig rig, Model model, String name, Entry entry) {
        rig.server.put(ResourceType.CLUSTER, name, Rig.cluster(name, entry.value(), entry.valid()));
        model.onServer.put(name, entry);
    }
}
