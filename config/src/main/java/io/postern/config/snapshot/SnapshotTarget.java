package io.postern.config.snapshot;

import io.postern.config.model.RuntimeSnapshot;
import java.util.Map;

/** Serves snapshots: the gateway. */
public interface SnapshotTarget {
    /** Serves {@code next} as far as it works; what does not stays what it was. */
    Outcome apply(RuntimeSnapshot next);

    /** By name, why a resource cannot be served. */
    record Outcome(Map<String, String> clusterErrors, Map<String, String> listenerErrors) {
        public Outcome {
            clusterErrors = Map.copyOf(clusterErrors);
            listenerErrors = Map.copyOf(listenerErrors);
        }
    }
}
