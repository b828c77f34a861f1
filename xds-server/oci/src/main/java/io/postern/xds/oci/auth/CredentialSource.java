package io.postern.xds.oci.auth;

import java.util.List;

/** Finds who we are to a registry. */
@FunctionalInterface
public interface CredentialSource {
    /**
     * For {@code registry} ({@code host[:port]}) and a repository there.
     *
     * @throws io.postern.xds.oci.OciException when there should be one and it cannot be had
     */
    Credential of(String registry, String repository) throws InterruptedException;

    /** Nobody, everywhere. */
    static CredentialSource anonymous() {
        return (_, _) -> new Credential.Anonymous();
    }

    /** The first that knows somebody. */
    static CredentialSource firstOf(List<CredentialSource> sources) {
        return (registry, repository) -> {
            for (CredentialSource source : sources) {
                Credential found = source.of(registry, repository);
                if (!(found instanceof Credential.Anonymous)) {
                    return found;
                }
            }
            return new Credential.Anonymous();
        };
    }
}
