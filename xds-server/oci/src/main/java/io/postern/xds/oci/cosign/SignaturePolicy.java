package io.postern.xds.oci.cosign;

/** What is done about signatures. */
public enum SignaturePolicy {
    /** Without a good one it is not used. */
    REQUIRED,
    /** Without a good one it is used, and said. */
    WARN,
    /** They are not looked for. */
    OFF
}
