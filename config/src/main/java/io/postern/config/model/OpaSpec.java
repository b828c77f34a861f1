package io.postern.config.model;

import java.time.Duration;
import java.util.List;

/**
 * A Rego policy compiled to wasm that decides about each request.
 *
 * @param name for logs, metrics and errors
 * @param policy {@code policy.wasm} itself, or a bundle ({@code opa build -t wasm}, tar.gz)
 * @param data JSON document for {@code data}, laid over the bundle's; empty: none
 * @param entrypoint {@code envoy/authz/allow} for example; empty: the module's first
 * @param maxRequestBytes body bytes read for {@code parsed_body}; 0: the body is not read
 * @param allowTruncatedBody a longer body is cut ({@code truncated_body: true}), not refused (413)
 * @param deniedStatus status of a plain {@code false}
 * @param evaluationTimeout most time one decision may take; the request is denied after it
 * @param contextExtensions go into {@code attributes.context_extensions.NAME}
 */
public record OpaSpec(
        String name,
        AsyncDataSource policy,
        byte[] data,
        String entrypoint,
        int maxRequestBytes,
        boolean allowTruncatedBody,
        int deniedStatus,
        Duration evaluationTimeout,
        List<NameValue> contextExtensions)
        implements FilterSpec {

    public OpaSpec {
        contextExtensions = List.copyOf(contextExtensions);
    }

    @Override
    public String typeName() {
        return "postern.filters.http.opa.v1.Opa";
    }

    /** A name and its value. */
    public record NameValue(String name, String value) {}
}
