package io.postern.xds.resources.kind;

import io.postern.config.source.Diagnostics;
import io.postern.xds.resources.document.Tree;
import java.util.HashSet;

/** What must hold between fields of a Gateway. */
final class GatewayRules {
    private GatewayRules() {}

    static void check(Tree spec, Diagnostics diagnostics) {
        var names = new HashSet<String>();
        for (var listener : spec.items("listeners")) {
            if (!names.add(listener.text("name"))) {
                diagnostics.error(
                        listener.at("name").spot(),
                        "two listeners are named \"" + listener.text("name") + "\"",
                        "give each its own name");
            }
            tls(listener, diagnostics);
            var protocol = listener.text("protocol");
            if (listener.has("hostname") && (protocol.equals("TCP") || protocol.equals("UDP"))) {
                diagnostics.error(
                        listener.at("hostname").spot(),
                        "a " + protocol + " listener has no host names",
                        "remove it");
            }
            var namespaces = listener.at("allowedRoutes").at("namespaces");
            if (namespaces.text("from").equals("Selector") && !namespaces.has("selector")) {
                diagnostics.error(namespaces.spot(), "\"selector\" is missing");
            }
        }
    }

    private static void tls(Tree listener, Diagnostics diagnostics) {
        var protocol = listener.text("protocol");
        var tls = listener.at("tls");
        boolean needed = protocol.equals("HTTPS") || protocol.equals("TLS");
        boolean passthrough = tls.text("mode").equals("Passthrough");
        if (tls.isPresent() && !needed && !protocol.contains("/")) {
            diagnostics.error(
                    tls.spot(),
                    "a " + protocol + " listener has no tls",
                    "use the protocol HTTPS or TLS");
        } else if (needed && !tls.isPresent()) {
            diagnostics.error(listener.spot(), "\"tls\" is missing");
        } else if (protocol.equals("HTTPS") && passthrough) {
            diagnostics.error(
                    tls.at("mode").spot(),
                    "Passthrough (expected for HTTPS: Terminate)",
                    "use the protocol TLS and a TLSRoute");
        } else if (needed && !passthrough && tls.items("certificateRefs").isEmpty()) {
            diagnostics.error(tls.spot(), "\"certificateRefs\" is missing");
        }
    }
}
