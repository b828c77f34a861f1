package io.postern.config.model;

/**
 * A filter on the connections of a filter chain, in front of what serves them.
 *
 * <p>Source: {@code envoy.config.listener.v3.Filter}.
 *
 * @param name as configured
 */
public record NetworkFilter(String name, FilterSpec spec) {}
