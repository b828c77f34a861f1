package io.postern.xds.resources.envoy;

import io.postern.xds.resources.document.Document;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster is made of.
 *
 * @param backend a Service or a Backend
 * @param port of the Service; 0 for Backends
 * @param portName of the Service's port
 * @param breakers the policy with bounds; null: none
 */
record Upstream(
        Document backend, int port, String portName, Wire wire, @Nullable Document breakers) {
    /** What is spoken on the connection. */
    enum Wire {
        PLAIN,
        HTTP2
    }

    /** Unique: no name of an object has a slash in it. */
    String name() {
        var name =
                port == 0 ? "backend/" + backend.path() : "service/" + backend.path() + "/" + port;
        return name
                + (wire == Wire.HTTP2 ? "/http2" : "")
                + (breakers == null ? "" : "/policy/" + breakers.path());
    }

    boolean isService() {
        return port != 0;
    }
}
