package io.postern.core.headers;

import io.postern.config.model.Bootstrap;
import io.postern.config.model.HttpConnectionManager;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Tells upstreams through which node of which cluster a request came. Thread-safe: immutable.
 *
 * <p>Source: {@code add_user_agent} of Envoy's connection manager.
 */
public final class OwnNames {
    private static final HeaderName CLUSTER = HeaderName.of("x-envoy-downstream-service-cluster");
    private static final HeaderName NODE = HeaderName.of("x-envoy-downstream-service-node");
    private static final HeaderName USER_AGENT = HeaderName.of("user-agent");

    private final byte[] cluster;
    private final byte[] node;

    private OwnNames(Bootstrap.Node node) {
        this.cluster = node.cluster().getBytes(StandardCharsets.UTF_8);
        this.node = node.id().getBytes(StandardCharsets.UTF_8);
    }

    /** Null: {@code manager} says nothing. */
    public static @Nullable OwnNames of(HttpConnectionManager manager, Bootstrap.Node node) {
        return manager.addUserAgent() ? new OwnNames(node) : null;
    }

    /** Adds them to a request's head. */
    public void addTo(HeaderMap head) {
        head.set(CLUSTER, cluster);
        int agent = head.indexOf(USER_AGENT);
        if (agent < 0 || head.valueLength(agent) == 0) {
            head.set(USER_AGENT, cluster);
        }
        if (node.length > 0) {
            head.set(NODE, node);
        }
    }
}
