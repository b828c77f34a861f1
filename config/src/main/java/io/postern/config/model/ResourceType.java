package io.postern.config.model;

import org.jspecify.annotations.Nullable;

/**
 * Kinds of resources that a management server delivers, in the order in which Envoy asks for them.
 *
 * <p>Source: "xDS REST and gRPC protocol" of Envoy's documentation.
 */
public enum ResourceType {
    CLUSTER("envoy.config.cluster.v3.Cluster", "envoy.service.cluster.v3.Cluster", "clusters"),
    ENDPOINTS(
            "envoy.config.endpoint.v3.ClusterLoadAssignment",
            "envoy.service.endpoint.v3.Endpoint",
            "endpoints"),
    SECRET(
            "envoy.extensions.transport_sockets.tls.v3.Secret",
            "envoy.service.secret.v3.Secret",
            "secrets"),
    LISTENER(
            "envoy.config.listener.v3.Listener", "envoy.service.listener.v3.Listener", "listeners"),
    SCOPED_ROUTES(
            "envoy.config.route.v3.ScopedRouteConfiguration",
            "envoy.service.route.v3.ScopedRoutes",
            "scoped-routes"),
    ROUTES("envoy.config.route.v3.RouteConfiguration", "envoy.service.route.v3.Route", "routes"),
    VIRTUAL_HOST(
            "envoy.config.route.v3.VirtualHost", "envoy.service.route.v3.VirtualHost", "virtual"),
    EXTENSION(
            "envoy.config.core.v3.TypedExtensionConfig",
            "envoy.service.extension.v3.ExtensionConfig",
            "extension_configs"),
    RUNTIME("envoy.service.runtime.v3.Runtime", "envoy.service.runtime.v3.Runtime", "runtime");

    private static final String HOST = "type.googleapis.com/";
    private final String message;
    private final String service;
    private final String restName;

    ResourceType(String message, String service, String restName) {
        this.message = message;
        this.service = service;
        this.restName = restName;
    }

    /** Name of the message. */
    public String message() {
        return message;
    }

    /** As it stands in requests and responses. */
    public String typeUrl() {
        return HOST + message;
    }

    /** The path of the stream that delivers only this type. */
    public String streamPath(boolean delta) {
        String name = service.substring(service.lastIndexOf('.') + 1);
        String method = (delta ? "Delta" : "Stream") + name + (name.endsWith("s") ? "" : "s");
        if (this == RUNTIME) {
            method = delta ? "DeltaRuntime" : "StreamRuntime";
        }
        return "/" + service + "DiscoveryService/" + method;
    }

    /** The path of REST polling. */
    public String restPath() {
        return "/v3/discovery:" + restName;
    }

    /** Whether a response without names asked for, or a full one, is the whole world. */
    public boolean isWildcardByDefault() {
        return this == CLUSTER || this == LISTENER;
    }

    /** Whether a state-of-the-world response lists all there are, so that others are gone. */
    public boolean isFullState() {
        return this == CLUSTER || this == LISTENER || this == SCOPED_ROUTES;
    }

    /** The type of a type URL; null when it is none of these. */
    public static @Nullable ResourceType of(String typeUrl) {
        String name = typeUrl.substring(typeUrl.lastIndexOf('/') + 1);
        for (ResourceType type : values()) {
            if (type.message.equals(name)) {
                return type;
            }
        }
        return null;
    }
}
