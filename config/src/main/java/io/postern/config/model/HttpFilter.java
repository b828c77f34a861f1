package io.postern.config.model;

/**
 * A filter on an HTTP filter chain.
 *
 * <p>Source: {@code envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter}.
 *
 * @param name as configured; per-route configuration refers to it
 * @param disabled off unless a route switches it on
 */
public record HttpFilter(String name, FilterSpec spec, boolean disabled) {}
