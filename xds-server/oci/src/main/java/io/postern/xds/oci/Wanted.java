package io.postern.xds.oci;

/** What is looked for in an artifact. */
public enum Wanted {
    /** A WASM module, wherever it is. */
    MODULE,
    /** An OPA bundle with a compiled policy (a tar.gz), or such a policy alone. */
    BUNDLE
}
