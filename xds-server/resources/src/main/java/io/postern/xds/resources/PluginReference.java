package io.postern.xds.resources;

import org.jspecify.annotations.Nullable;

/**
 * A plugin or a policy bundle that has to be fetched before it can be sent to nodes.
 *
 * @param kind what is to be found there
 * @param url {@code oci://}, {@code oci-layout://}, {@code https://} or {@code file://}
 * @param sha256 lower-case hex that the bytes must have; empty: any
 * @param credentials for the registry or server; null: none
 * @param trust whose signature it needs
 */
public record PluginReference(
        Kind kind, String url, String sha256, @Nullable Credentials credentials, Trust trust) {
    /** What the code is. */
    public enum Kind {
        /** A Proxy-Wasm module. */
        PLUGIN,
        /** An OPA bundle, or its compiled policy alone. */
        POLICY
    }

    /**
     * Whose signature counts, and what happens without one.
     *
     * @param key PEM of public keys; empty: no key counts
     * @param keyless null: no identity counts
     */
    public record Trust(Policy policy, String key, @Nullable Keyless keyless) {
        /** Signatures are not looked for. */
        public static final Trust NONE = new Trust(Policy.OFF, "", null);

        /** What happens without a good signature. */
        public enum Policy {
            /** It is not used. */
            REQUIRED,
            /** It is used, and said. */
            WARN,
            /** Nobody looks. */
            OFF
        }

        /**
         * Somebody who signs without a key of their own.
         *
         * @param identity the subject of their certificate: an e-mail address or a URI
         * @param issuer who knew them
         * @param trustedRoot sigstore's {@code trusted_root.json}
         */
        public record Keyless(String identity, String issuer, String trustedRoot) {}

        /** One of these keys must have signed it. */
        public static Trust inKey(String pem) {
            return new Trust(Policy.REQUIRED, pem, null);
        }
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
