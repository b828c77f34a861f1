package io.postern.config.model;

import java.util.List;

/**
 * What a gateway serves at one moment: every reference to another resource is resolved. Listeners
 * and clusters that did not change are the same objects, or equal ones, in the next snapshot.
 *
 * @param listeners by unique names
 * @param clusters by unique names
 */
public record RuntimeSnapshot(List<Listener> listeners, List<Cluster> clusters) {
    public RuntimeSnapshot {
        listeners = List.copyOf(listeners);
        clusters = List.copyOf(clusters);
    }
}
