package io.postern.xds.oci.cosign;

import io.postern.xds.oci.keyless.KeylessIdentity;
import java.util.ArrayList;
import java.util.List;

/**
 * Whose signature counts: one of them is enough. Immutable.
 *
 * @param identities who signs without a key of their own
 */
public record TrustedSigners(List<VerificationKey> keys, List<KeylessIdentity> identities) {
    /** Nobody's. */
    public static final TrustedSigners NONE = new TrustedSigners(List.of(), List.of());

    public TrustedSigners {
        keys = List.copyOf(keys);
        identities = List.copyOf(identities);
    }

    /** Of keys alone. */
    public static TrustedSigners of(List<VerificationKey> keys) {
        return new TrustedSigners(keys, List.of());
    }

    /** Whether nobody is. */
    public boolean isEmpty() {
        return keys.isEmpty() && identities.isEmpty();
    }

    /** Who they are, for people and for what is kept. */
    public List<String> ids() {
        var ids = new ArrayList<String>();
        keys.forEach(key -> ids.add(key.id()));
        identities.forEach(one -> ids.add(one.id()));
        return ids;
    }
}
