package io.postern.config.model;

/**
 * A filter whose configuration was to come from elsewhere and did not come in time. Requests must
 * not pass as if it were not there: each is answered with 500, as in Envoy.
 *
 * <p>Source: {@code envoy.config.core.v3.ExtensionConfigSource}.
 */
public record MissingFilter() implements FilterSpec {
    @Override
    public String typeName() {
        return "envoy.config.core.v3.ExtensionConfigSource";
    }
}
