package io.postern.filters.opa.decision;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;

/** Carries out the changes that an allowed request gets, in the order of Envoy's ext_authz. */
public final class RequestEdits {
    private RequestEdits() {}

    /** Changes the request head. */
    public static void apply(Decision.Allow allow, HeaderMap headers) {
        for (var header : allow.requestHeaders()) {
            headers.set(header.name(), header.value());
        }
        for (var name : allow.removedHeaders()) {
            if (!name.isPseudo() && !name.equals(HeaderName.HOST)) {
                headers.remove(name);
            }
        }
        if (!allow.querySet().isEmpty() || !allow.queryRemoved().isEmpty()) {
            editQuery(allow, headers);
        }
    }

    /** Changes the response head. */
    public static void applyToResponse(Decision.Allow allow, HeaderMap headers) {
        for (var header : allow.responseHeaders()) {
            headers.add(header.name(), header.value());
        }
    }

    private static void editQuery(Decision.Allow allow, HeaderMap headers) {
        String path = headers.get(HeaderName.PATH);
        if (path != null) {
            var query = new QueryText(path);
            allow.querySet().forEach(query::set);
            allow.queryRemoved().forEach(query::remove);
            headers.set(HeaderName.PATH, query.toString());
        }
    }
}
