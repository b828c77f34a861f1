package io.postern.xds.oci.push;

/** The layouts that are pushed; all of them, and more, are pulled. */
public enum ArtifactLayout {
    /**
     * The Wasm image specification's OCI variant: a layer of the module and one of its runtime
     * configuration, as Istio and Envoy Gateway expect; {@code oras pull} gives the file.
     */
    ARTIFACT,
    /**
     * Its "compat" variant: an image with {@code plugin.wasm} in a tar.gz, which every tool takes.
     */
    IMAGE,
    /** The CNCF's guidance for Wasm: one layer {@code application/wasm}. */
    CNCF
}
