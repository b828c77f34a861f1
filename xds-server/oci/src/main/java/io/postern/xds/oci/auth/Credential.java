package io.postern.xds.oci.auth;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Who we are to a registry. Its text never shows a secret. */
public sealed interface Credential {
    /** Nobody. */
    record Anonymous() implements Credential {}

    /** A user and a password, or a token in its place. */
    record Basic(String user, String password) implements Credential {
        /** The value of an authorization header. */
        public String header() {
            byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
            return "Basic " + Base64.getEncoder().encodeToString(pair);
        }

        @Override
        public String toString() {
            return "user " + user;
        }
    }

    /** What is changed for access tokens at the registry's token server (OAuth 2). */
    record IdentityToken(String token) implements Credential {
        @Override
        public String toString() {
            return "an identity token";
        }
    }

    /** An access token itself. */
    record RegistryToken(String token) implements Credential {
        @Override
        public String toString() {
            return "a registry token";
        }
    }
}
