package io.postern.core.route;

import io.postern.config.model.FilterOverrides;
import io.postern.config.model.FilterOverrides.FilterOverride;
import io.postern.config.model.FilterSpec;
import io.postern.config.model.HeaderMutations;
import io.postern.config.model.Route;
import io.postern.config.model.RouteAction;
import io.postern.config.model.RouteAction.WeightedCluster;
import io.postern.config.model.RouteTable;
import io.postern.config.model.VirtualHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A route in its place, or one weighted cluster of a route in its place. Thread-safe: immutable.
 *
 * @param key 0 to {@link CompiledRoutes#size()} - 1: what belongs to a route is kept in arrays
 * @param weighted null unless the route has weighted clusters
 */
public record CompiledRoute(
        int key,
        RouteTable table,
        VirtualHost virtualHost,
        Route route,
        @Nullable WeightedCluster weighted) {
    /** What is changed here about the filter of this name, most specific first; null: nothing. */
    public @Nullable FilterOverride override(String filterName) {
        FilterOverride found = weighted == null ? null : in(weighted.filterOverrides(), filterName);
        found = within(found, in(route.filterOverrides(), filterName));
        found = within(found, in(virtualHost.filterOverrides(), filterName));
        return within(found, in(table.filterOverrides(), filterName));
    }

    private static @Nullable FilterOverride within(
            @Nullable FilterOverride found, @Nullable FilterOverride outer) {
        if (found == null) {
            return outer;
        }
        return found instanceof FilterOverride.Configured(FilterSpec own)
                        && outer instanceof FilterOverride.Configured(FilterSpec around)
                ? new FilterOverride.Configured(own.within(around))
                : found;
    }

    /** Header mutations in the order in which they are made; later ones win. */
    public List<HeaderMutations> mutations() {
        var ordered = new ArrayList<HeaderMutations>();
        if (weighted != null) {
            ordered.add(weighted.headerMutations()); // first in any case, as in Envoy
        }
        if (table.mostSpecificHeaderMutationsWins()) {
            ordered.add(table.headerMutations());
            ordered.add(virtualHost.headerMutations());
            ordered.add(route.headerMutations());
        } else {
            ordered.add(route.headerMutations());
            ordered.add(virtualHost.headerMutations());
            ordered.add(table.headerMutations());
        }
        ordered.removeIf(HeaderMutations::isEmpty);
        return List.copyOf(ordered);
    }

    /** What hosts have to have in clusters with subsets; empty: nothing. */
    public Map<String, String> metadataMatch() {
        if (weighted != null) {
            return weighted.metadataMatch();
        }
        return route.action() instanceof RouteAction.Forward forward
                ? forward.metadataMatch()
                : Map.of();
    }

    /** What they have to have instead, one after the other; empty: nothing else. */
    public List<Map<String, String>> metadataFallbacks() {
        if (weighted != null) {
            return weighted.metadataFallbacks();
        }
        return route.action() instanceof RouteAction.Forward forward
                ? forward.metadataFallbacks()
                : List.of();
    }

    private static @Nullable FilterOverride in(FilterOverrides overrides, String filterName) {
        return overrides.byFilterName().get(filterName);
    }
}
