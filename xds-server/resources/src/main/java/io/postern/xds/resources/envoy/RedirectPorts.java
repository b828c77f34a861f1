package io.postern.xds.resources.envoy;

import io.postern.xds.resources.attach.GatewayListener;
import io.postern.xds.resources.attach.GatewayListener.Protocol;
import io.postern.xds.resources.document.Tree;

/**
 * The port of a redirect: its own, else that of its scheme, else that of the listener; and none in
 * the location where it is that of the scheme.
 *
 * <p>Source: Gateway API, HTTPRequestRedirectFilter.port. Envoy writes a port that it is given, and
 * keeps the one of the request where it is given none.
 */
final class RedirectPorts {
    /** It needs not be said. */
    static final int UNSAID = 0;

    private RedirectPorts() {}

    static int of(Tree redirect, GatewayListener listener) {
        var own = listener.protocol() == Protocol.HTTPS ? "https" : "http";
        var scheme = redirect.text("scheme", own);
        int port =
                redirect.number("port", redirect.has("scheme") ? usual(scheme) : listener.port());
        boolean requestHasNone = redirect.has("hostname") || listener.port() == usual(own);
        return port == usual(scheme) && requestHasNone ? UNSAID : port;
    }

    private static int usual(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }
}
