package io.postern.core.admin;

import java.util.LinkedHashMap;
import java.util.Map;

/** Addresses as {@code envoy.config.core.v3.Address}. Pure functions. */
final class Addresses {
    private Addresses() {}

    /** From {@code 192.0.2.1:80}, {@code [2001:db8::1]:80} or a path. */
    static Map<String, Object> json(String address) {
        int colon = address.lastIndexOf(':');
        if (address.startsWith("/") || colon < 0) {
            return Map.of("pipe", Map.of("path", address));
        }
        String host = address.substring(0, colon).replace("[", "").replace("]", "");
        return json(host, address.substring(colon + 1));
    }

    static Map<String, Object> json(String host, Object port) {
        var socket = new LinkedHashMap<String, Object>();
        socket.put("address", host);
        socket.put("port_value", port instanceof String text ? Integer.valueOf(text) : port);
        return Map.of("socket_address", socket);
    }
}
