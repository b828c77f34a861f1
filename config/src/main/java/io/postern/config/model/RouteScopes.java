package io.postern.config.model;

import io.postern.sdk.HeaderName;
import java.util.List;

/**
 * Route tables of which a request takes the one whose key its headers make up.
 *
 * <p>Source: {@code envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes}.
 *
 * @param keyParts one or more
 * @param scopes by unique keys
 */
public record RouteScopes(List<KeyPart> keyParts, List<Scope> scopes) {
    public RouteScopes {
        keyParts = List.copyOf(keyParts);
        scopes = List.copyOf(scopes);
    }

    /**
     * A part of the key, from a header.
     *
     * @param separator of the elements of the header's value; empty: the value is one element
     */
    public record KeyPart(HeaderName header, String separator, Element element) {}

    /** Which element of a header's value it is. */
    public sealed interface Element {
        /** By its place, from 0. */
        record At(int index) implements Element {}

        /** The value behind {@code key} and the separator. */
        record Named(String separator, String key) implements Element {}
    }

    /** One table and its key, as many parts as {@code keyParts}. */
    public record Scope(String name, List<String> key, RouteTable routes) {
        public Scope {
            key = List.copyOf(key);
        }
    }
}
