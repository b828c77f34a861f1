package io.postern.config.model;

import java.time.Duration;

/**
 * Bytes to be fetched over HTTP.
 *
 * <p>Source: {@code envoy.config.core.v3.RemoteDataSource}.
 *
 * @param cluster which the request goes to
 * @param timeout for each try
 * @param sha256 of the bytes, lower-case hexadecimal
 * @param retries further tries after the first
 * @param backoffBase delay before the first of them; it grows
 * @param backoffMax up to this
 */
public record RemoteDataSource(
        String uri,
        String cluster,
        Duration timeout,
        String sha256,
        int retries,
        Duration backoffBase,
        Duration backoffMax)
        implements AsyncDataSource {}
