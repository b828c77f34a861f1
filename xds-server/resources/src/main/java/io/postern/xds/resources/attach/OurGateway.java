package io.postern.xds.resources.attach;

import io.postern.xds.resources.document.Document;
import java.util.List;

/**
 * A Gateway that is served from here.
 *
 * @param addresses that its listeners are bound to
 */
public record OurGateway(
        Document gateway, List<GatewayListener> listeners, List<String> addresses) {
    public OurGateway {
        listeners = List.copyOf(listeners);
        addresses = List.copyOf(addresses);
    }
}
