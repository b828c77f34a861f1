package io.postern.xds.oci.push;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.postern.xds.oci.Digest;
import io.postern.xds.oci.Json;
import io.postern.xds.oci.manifest.Descriptor;
import io.postern.xds.oci.manifest.MediaTypes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An artifact ready to be sent: the same module and annotations always give the same octets, and
 * therefore the same digest. Immutable.
 *
 * @param blobs configuration and layers
 * @param manifest its octets, of type {@link MediaTypes#MANIFEST}
 */
public record Artifact(List<Blob> blobs, byte[] manifest) {
    private static final String CONFIG = "application/vnd.module.wasm.config.v1+json";
    private static final String IMAGE_CONFIG = "application/vnd.oci.image.config.v1+json";
    private static final String CNCF_CONFIG = "application/vnd.wasm.config.v0+json";
    private static final byte GZIP = 0x1f;
    private static final String EPOCH = "1970-01-01T00:00:00Z";

    public Artifact {
        blobs = List.copyOf(blobs);
    }

    /** One of its parts. */
    public record Blob(Descriptor descriptor, byte[] content) {
        static Blob of(String type, byte[] content) {
            return new Blob(Descriptor.of(type, content), content);
        }

        Blob titled(String title) {
            return new Blob(descriptor.titled(title), content);
        }
    }

    /** Of a module, under the name {@code plugin.wasm}. */
    public static Artifact of(
            byte[] module, ArtifactLayout layout, Map<String, String> annotations) {
        return switch (layout) {
            case ARTIFACT -> artifact(module, annotations);
            case IMAGE -> image(module, annotations);
            case CNCF -> cncf(module, annotations);
        };
    }

    /** Of an OPA bundle, as OPA and {@code oras} have them; or of a compiled policy alone. */
    public static Artifact ofPolicy(byte[] bundle, Map<String, String> annotations) {
        boolean packed = bundle.length > 0 && bundle[0] == GZIP;
        Blob layer =
                packed
                        ? Blob.of(MediaTypes.TAR_GZIP, bundle).titled("bundle.tar.gz")
                        : Blob.of(MediaTypes.WASM, bundle).titled("policy.wasm");
        return made("", Blob.of(IMAGE_CONFIG, empty()), List.of(layer), annotations);
    }

    /** Its digest: what it is signed and pinned by. */
    public Digest digest() {
        return Digest.of(manifest);
    }

    private static Artifact artifact(byte[] module, Map<String, String> annotations) {
        ObjectNode runtime = Json.object().put("type", "envoy_proxy");
        runtime.putArray("abiVersions");
        runtime.putObject("config").putArray("rootIds");
        Blob config = Blob.of(CONFIG, empty());
        Blob first = Blob.of(CONFIG, Json.bytes(runtime)).titled("runtime-config.json");
        Blob layer = Blob.of(MediaTypes.WASM_SPEC_LAYER, module).titled("plugin.wasm");
        return made(CONFIG, config, List.of(first, layer), annotations);
    }

    private static Artifact image(byte[] module, Map<String, String> annotations) {
        byte[] tar = OneFileTar.of("plugin.wasm", module);
        ObjectNode image =
                Json.object().put("created", EPOCH).put("architecture", "wasm").put("os", "wasi");
        image.putObject("config");
        ObjectNode files = image.putObject("rootfs").put("type", "layers");
        files.putArray("diff_ids").add(Digest.of(tar).toString());
        image.putArray("history").addObject().put("created", EPOCH).put("created_by", "postern");
        Blob config = Blob.of(IMAGE_CONFIG, Json.bytes(image));
        return made(
                "",
                config,
                List.of(Blob.of(MediaTypes.TAR_GZIP, OneFileTar.gzip(tar))),
                annotations);
    }

    private static Artifact cncf(byte[] module, Map<String, String> annotations) {
        Blob layer = Blob.of(MediaTypes.WASM, module).titled("plugin.wasm");
        ObjectNode config =
                Json.object().put("created", EPOCH).put("architecture", "wasm").put("os", "wasip1");
        config.putArray("layerDigests").add(layer.descriptor().digest().toString());
        return made("", Blob.of(CNCF_CONFIG, Json.bytes(config)), List.of(layer), annotations);
    }

    private static Artifact made(
            String type, Blob config, List<Blob> layers, Map<String, String> annotations) {
        ObjectNode manifest =
                Json.object().put("schemaVersion", 2).put("mediaType", MediaTypes.MANIFEST);
        if (!type.isEmpty()) {
            manifest.put("artifactType", type);
        }
        manifest.set("config", config.descriptor().json());
        ArrayNode all = manifest.putArray("layers");
        layers.forEach(layer -> all.add(layer.descriptor().json()));
        if (!annotations.isEmpty()) {
            ObjectNode told = manifest.putObject("annotations");
            new TreeMap<>(annotations).forEach(told::put);
        }
        var blobs = new ArrayList<Blob>();
        blobs.add(config);
        blobs.addAll(layers);
        return new Artifact(blobs, Json.bytes(manifest));
    }

    private static byte[] empty() {
        return "{}".getBytes(StandardCharsets.UTF_8);
    }
}
