package io.postern.config.model;

import java.time.Duration;
import java.util.List;

/**
 * A cookie that the gateway gives its clients.
 *
 * <p>Source: {@code envoy.type.http.v3.Cookie}.
 *
 * @param ttl zero: for the session
 * @param path may be empty
 * @param attributes texts like {@code SameSite=Strict}
 */
public record NewCookie(String name, Duration ttl, String path, List<String> attributes) {
    public NewCookie {
        attributes = List.copyOf(attributes);
    }

    /** A set-cookie header (RFC 6265 section 4.1), with its parts in Envoy's order. */
    public String holding(String value) {
        var text = new StringBuilder(name).append("=\"").append(value).append('"');
        if (!ttl.isZero()) {
            text.append("; Max-Age=").append(ttl.toSeconds());
        }
        if (!path.isEmpty()) {
            text.append("; Path=").append(path);
        }
        for (String attribute : attributes) {
            text.append("; ").append(attribute);
        }
        return text.append("; HttpOnly").toString();
    }
}
