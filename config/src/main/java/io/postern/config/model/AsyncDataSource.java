package io.postern.config.model;

/**
 * Bytes that may have to be fetched.
 *
 * <p>Source: {@code envoy.config.core.v3.AsyncDataSource}.
 */
public sealed interface AsyncDataSource permits DataSource, RemoteDataSource {}
