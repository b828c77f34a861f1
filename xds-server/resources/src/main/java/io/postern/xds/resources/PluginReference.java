package io.postern.xds.resources;

import org.jspecify.annotations.Nullable;

/**
 * A plugin or a policy bundle that has to be fetched before it can be sent to nodes.
 *
 * @param kind what is to be found there
 * @param url {@code oci://}, {@code https://} or {@code file://}
 * @param sha256 lower-case hex that the bytes must have; empty: any
 * @param credentials for the registry or server; null: none
 * @param verificationKey PEM of the public key that must have signed it; empty: not checked
 */
public record PluginReference(
        Kind kind,
        String url,
        String sha256,
        @Nullable Credentials credentials,
        String verificationKey) {
    /** What the code is. */
    public enum Kind {
        /** A Proxy-Wasm module. */
        PLUGIN,
        /** An OPA bundle, or its compiled policy alone. */
        POLICY
    }

    /**
     * What a pull secret says.
     *
     * @param dockerConfigJson of a {@code kubernetes.io/dockerconfigjson} secret; empty: a user
     *     name and a password
     */
    public record Credentials(String dockerConfigJson, String username, String password) {
        @Override
        public String toString() {
            return "credentials";
        }
    }
}
