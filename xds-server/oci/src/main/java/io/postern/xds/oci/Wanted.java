package io.postern.xds.oci;

/** What is looked for in an artifact. */
public enum Wanted {
    /** A WASM module, wherever it is. */
    MODULE,
    /** An OPA bundle: the layer as it is, which is a tar.gz with the policy and its data. */
    BUNDLE
}
