package io.postern.config.model;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Requests of routes with metadata go to the hosts of a cluster that have the same.
 *
 * <p>Source: {@code envoy.config.cluster.v3.Cluster.LbSubsetConfig}.
 *
 * @param fallback for requests that no subset fits
 * @param defaultSubset metadata of the hosts of {@link Fallback#DEFAULT_SUBSET}, values as JSON
 * @param listAsAny a host whose metadata is a list has each of its values
 * @param panicAny requests that the cluster's fallback finds no host for go to any
 * @param metadataFallbacks routes may name what hosts have to have, one after the other
 */
public record Subsets(
        Fallback fallback,
        Map<String, String> defaultSubset,
        List<Selector> selectors,
        boolean listAsAny,
        boolean panicAny,
        boolean metadataFallbacks) {
    public Subsets {
        defaultSubset = Map.copyOf(defaultSubset);
        selectors = List.copyOf(selectors);
    }

    /** Where a request goes that no subset fits. */
    public enum Fallback {
        /** Nowhere. */
        NO_HOST,
        ANY_HOST,
        DEFAULT_SUBSET,
        /** To the subset of fewer keys. */
        FEWER_KEYS,
        /** As the cluster says. */
        AS_CLUSTER
    }

    /**
     * Hosts with the same values of these keys are one subset.
     *
     * @param fallbackKeys for {@link Fallback#FEWER_KEYS}: some of the keys, not all
     * @param oneHost a subset is its first host only
     */
    public record Selector(
            Set<String> keys, Fallback fallback, Set<String> fallbackKeys, boolean oneHost) {
        public Selector {
            keys = Set.copyOf(keys);
            fallbackKeys = Set.copyOf(fallbackKeys);
        }
    }

    /** The selector of exactly these keys; null: there is none. */
    public @Nullable Selector selectorOf(Set<String> keys) {
        for (Selector selector : selectors) {
            if (selector.keys().equals(keys)) {
                return selector;
            }
        }
        return null;
    }
}
