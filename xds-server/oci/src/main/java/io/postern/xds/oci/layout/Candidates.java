package io.postern.xds.oci.layout;

import io.postern.xds.oci.OciException;
import io.postern.xds.oci.Step;
import io.postern.xds.oci.Text;
import io.postern.xds.oci.manifest.Descriptor;
import io.postern.xds.oci.manifest.Manifest;
import io.postern.xds.oci.manifest.MediaTypes;
import java.util.ArrayList;
import java.util.List;

/**
 * Which layers may have the module, the likeliest first: a layer that says it is one (OCI artifacts
 * with one layer or two), else tars from the last to the first (images), else a file called {@code
 * *.wasm}, else the only layer, whatever it says.
 */
public final class Candidates {
    /** An image has its module in the last layers; a base image below is not worth downloading. */
    private static final int MOST_TARS = 4;

    private Candidates() {}

    /** Of an artifact; at least one. */
    public static List<Descriptor> of(Manifest.Artifact artifact) {
        List<Descriptor> layers = artifact.layers();
        List<Descriptor> modules =
                layers.stream().filter(layer -> MediaTypes.isModule(layer.mediaType())).toList();
        if (modules.size() > 1) {
            return List.of(only(modules));
        }
        if (modules.size() == 1) {
            return modules;
        }
        var found = new ArrayList<Descriptor>();
        layers.reversed().stream()
                .filter(layer -> MediaTypes.isTar(layer.mediaType()))
                .limit(MOST_TARS)
                .forEach(found::add);
        layers.stream()
                .filter(layer -> layer.title().endsWith(".wasm") && !found.contains(layer))
                .forEach(found::add);
        if (found.isEmpty() && layers.size() == 1) {
            found.add(layers.getFirst());
        }
        if (found.isEmpty()) {
            throw new OciException(
                    Step.MANIFEST,
                    "no layer has a module: " + types(layers),
                    "push one with a module");
        }
        return found;
    }

    private static Descriptor only(List<Descriptor> modules) {
        List<Descriptor> named =
                modules.stream().filter(one -> one.title().equals("plugin.wasm")).toList();
        if (named.size() == 1) {
            return named.getFirst();
        }
        throw new OciException(
                Step.MANIFEST,
                modules.size() + " layers are modules, and none alone is called plugin.wasm",
                "push one module in each artifact");
    }

    static String types(List<Descriptor> layers) {
        if (layers.isEmpty()) {
            return "there are no layers";
        }
        return String.join(
                ", ", layers.stream().limit(8).map(one -> Text.shown(one.mediaType())).toList());
    }
}
