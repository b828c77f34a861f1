package io.postern.xds.oci;

/** The steps from a reference to a module that may be used, in their order. */
public enum Step {
    /** Reading {@code oci://…}. */
    REFERENCE,
    /** Reaching the registry: name, connection, TLS. */
    CONNECT,
    /** Credentials and tokens. */
    AUTH,
    /** Asking the registry for the tag or digest. */
    RESOLVE,
    /** Understanding the manifest or index. */
    MANIFEST,
    /** Downloading a layer. */
    BLOB,
    /** Comparing content with its digest and length. */
    DIGEST,
    /** Getting the module out of the layer. */
    EXTRACT,
    /** Checking who signed it. */
    SIGNATURE,
    /** Keeping it on disk. */
    STORE,
    /** Sending an artifact. */
    PUSH;

    /** As it is written in messages. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
