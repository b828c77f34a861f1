package io.postern.xds.oci.manifest;

import java.util.Locale;
import java.util.Set;

/** The media types of manifests, and what those of layers say about their content. */
public final class MediaTypes {
    /** OCI image manifest. */
    public static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    /** OCI image index. */
    public static final String INDEX = "application/vnd.oci.image.index.v1+json";

    /** A layer of an image. */
    public static final String TAR_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";

    /** A module as the Wasm image specification has it (Istio, Envoy Gateway, Higress). */
    public static final String WASM_SPEC_LAYER =
            "application/vnd.module.wasm.content.layer.v1+wasm";

    /** A module as the CNCF's guidance has it. */
    public static final String WASM = "application/wasm";

    private static final String DOCKER_MANIFEST =
            "application/vnd.docker.distribution.manifest.v2+json";
    private static final String DOCKER_INDEX =
            "application/vnd.docker.distribution.manifest.list.v2+json";
    private static final Set<String> MANIFESTS = Set.of(MANIFEST, DOCKER_MANIFEST);
    private static final Set<String> INDEXES = Set.of(INDEX, DOCKER_INDEX);

    private MediaTypes() {}

    /** What we ask for. */
    public static String accepted() {
        return String.join(", ", MANIFEST, INDEX, DOCKER_MANIFEST, DOCKER_INDEX);
    }

    /** Whether it is a manifest of one artifact. */
    public static boolean isManifest(String type) {
        return MANIFESTS.contains(type);
    }

    /** Whether it is a list of manifests. */
    public static boolean isIndex(String type) {
        return INDEXES.contains(type);
    }

    /**
     * Whether a layer of that type is a module itself: {@code …+wasm}, {@code application/wasm}.
     */
    public static boolean isModule(String type) {
        String bare = bare(type);
        return bare.equals(WASM) || bare.equals("application/x-wasm") || bare.endsWith("+wasm");
    }

    /** Whether a layer of that type is a tar, however it is compressed. */
    public static boolean isTar(String type) {
        String bare = bare(type);
        return bare.contains(".tar")
                || bare.contains("/tar")
                || bare.contains("x-tar")
                || bare.endsWith("/gzip")
                || bare.endsWith("/x-gzip");
    }

    private static String bare(String type) {
        int parameters = type.indexOf(';');
        return (parameters < 0 ? type : type.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
    }
}
