package io.postern.config.model;

/**
 * Bytes from somewhere.
 *
 * <p>Source: {@code envoy.config.core.v3.DataSource and AsyncDataSource}.
 */
public sealed interface DataSource {
    /** A file; a relative path starts at the working directory, as in Envoy. */
    record LocalFile(String path) implements DataSource {}

    /** The bytes themselves. */
    record Inline(byte[] bytes) implements DataSource {}
}
