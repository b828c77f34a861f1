package io.postern.xds.resources;

/** Which product a node runs, by the {@code user_agent_name} of its requests. */
public enum Audience {
    /** Resources that both understand. */
    ANY,
    /** Everything but Postern. */
    ENVOY,
    /** Postern's own extensions, and plugins by their digest. */
    POSTERN
}
