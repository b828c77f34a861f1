package io.postern.config.model;

import java.util.Map;

/**
 * {@code typed_per_filter_config}: what a route, virtual host or route table changes about filters,
 * by filter name.
 */
public record FilterOverrides(Map<String, FilterOverride> byFilterName) {
    public FilterOverrides {
        byFilterName = Map.copyOf(byFilterName);
    }

    /** No change. */
    public static FilterOverrides none() {
        return new FilterOverrides(Map.of());
    }

    /** What is changed about one filter. */
    public sealed interface FilterOverride {
        /** The filter is off here. */
        record Disabled() implements FilterOverride {}

        /** The filter is on here with the configuration of its chain. */
        record Enabled() implements FilterOverride {}

        /** The filter is on here with this configuration. */
        record Configured(FilterSpec spec) implements FilterOverride {}
    }
}
