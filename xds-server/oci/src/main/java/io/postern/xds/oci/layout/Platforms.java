package io.postern.xds.oci.layout;

import io.postern.xds.oci.OciException;
import io.postern.xds.oci.Step;
import io.postern.xds.oci.Text;
import io.postern.xds.oci.manifest.Descriptor;
import io.postern.xds.oci.manifest.Manifest;
import java.util.List;

/**
 * Which manifest of an index has the module: the one for wasm, else the only one, else the one for
 * {@code linux/amd64}: modules are the same on every platform, but docker builds an image for each.
 */
public final class Platforms {
    private static final String USUAL = "linux/amd64";

    private Platforms() {}

    /** Chooses one. */
    public static Descriptor choose(Manifest.Index index) {
        List<Descriptor> real =
                index.manifests().stream().filter(one -> !one.isAttestation()).toList();
        List<Descriptor> wasm =
                real.stream()
                        .filter(one ->
                                one.platform().endsWith("/wasm")
                                        || one.platform().startsWith("wasi")
                                        || one.platform().endsWith("/wasm32"))
                        .toList();
        if (wasm.size() == 1) {
            return wasm.getFirst();
        }
        if (real.size() == 1) {
            return real.getFirst();
        }
        for (Descriptor one : real) {
            if (one.platform().equals(USUAL)) {
                return one;
            }
        }
        String told =
                String.join(
                        ", ",
                        real.stream().limit(8).map(one -> Text.shown(one.platform())).toList());
        throw new OciException(
                Step.MANIFEST,
                "the index has " + real.size() + " manifests: " + told,
                "expected: one for wasm, or for " + USUAL + "; or refer to one by its digest");
    }
}
