package io.postern.config.model;

/**
 * The configuration of an HTTP filter, one record per kind. A filter factory says which record it
 * takes; {@code Assembly} lists the factories.
 */
public interface FilterSpec {
    /** The type URL without its host part, {@code envoy.extensions.filters.http.wasm.v3.Wasm}. */
    String typeName();

    /**
     * This configuration of a route inside the one of its virtual host or route table. Most replace
     * it; a filter whose policies are completed by their surroundings says how.
     */
    default FilterSpec within(FilterSpec outer) {
        return this;
    }
}
