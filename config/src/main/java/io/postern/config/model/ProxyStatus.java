package io.postern.config.model;

import org.jspecify.annotations.Nullable;

/**
 * What responses say of an error in the proxy-status header (RFC 9209).
 *
 * <p>Source: {@code HttpConnectionManager.ProxyStatusConfig}.
 *
 * @param proxyName null: the node's id
 * @param details whether it says the response-code details
 * @param flags whether these come with the response flags
 * @param recommendedStatus whether the response gets the status that the RFC recommends
 */
public record ProxyStatus(
        @Nullable String proxyName, boolean details, boolean flags, boolean recommendedStatus) {}
