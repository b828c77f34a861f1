package io.postern.xds.oci;

import io.postern.xds.resources.PluginReference;

/** What is looked for in an artifact. */
public enum Wanted {
    /** A WASM module, wherever it is. */
    MODULE,
    /** An OPA bundle with a compiled policy (a tar.gz), or such a policy alone. */
    BUNDLE;

    /** What a document refers to. */
    public static Wanted of(PluginReference reference) {
        return switch (reference.kind()) {
            case PLUGIN -> MODULE;
            case POLICY -> BUNDLE;
        };
    }
}
