package io.postern.xds.oci.layout;

import io.postern.xds.oci.OciException;
import io.postern.xds.oci.Step;
import io.postern.xds.oci.manifest.Descriptor;
import io.postern.xds.oci.manifest.Manifest;
import io.postern.xds.oci.manifest.MediaTypes;
import java.util.List;

/**
 * Which layer is an OPA bundle: the only tar (OPA's own {@code
 * application/vnd.oci.image.layer.v1.tar+gzip} and what else tools call a tar), else the only
 * compiled policy, else the only layer. Of several tars, the one that is called {@code
 * bundle.tar.gz}.
 */
public final class BundleLayer {
    private static final String BUNDLE = "bundle.tar.gz";

    private BundleLayer() {}

    /** Of an artifact. */
    public static Descriptor of(Manifest.Artifact artifact) {
        List<Descriptor> layers = artifact.layers();
        List<Descriptor> fit =
                layers.stream().filter(layer -> MediaTypes.isTar(layer.mediaType())).toList();
        if (fit.isEmpty()) {
            fit = layers.stream().filter(layer -> MediaTypes.isModule(layer.mediaType())).toList();
        }
        if (fit.isEmpty()) {
            fit = layers;
        }
        if (fit.size() > 1) {
            fit = fit.stream().filter(layer -> layer.title().equals(BUNDLE)).toList();
        }
        if (fit.size() == 1) {
            return fit.getFirst();
        }
        throw new OciException(
                Step.MANIFEST,
                "it is not clear which layer is the bundle: " + Candidates.types(layers),
                "push the " + BUNDLE + " of opa build -t wasm -e ENTRYPOINT as the only layer");
    }
}
