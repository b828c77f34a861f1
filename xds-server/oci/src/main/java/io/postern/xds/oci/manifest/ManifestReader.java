package io.postern.xds.oci.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.postern.xds.oci.Digest;
import io.postern.xds.oci.Json;
import io.postern.xds.oci.Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads manifests (OCI image specification 1.1, Docker image manifest version 2, schema 2). */
public final class ManifestReader {
    /** More layers or entries than any image has (overlay file systems take 128). */
    private static final int MOST_ENTRIES = 1000;

    private static final String MEDIA_TYPE = "mediaType";

    private ManifestReader() {}

    /**
     * Reads {@code json}.
     *
     * @param contentType as the registry called it; counts only where the manifest does not say
     * @throws IllegalArgumentException saying what is wrong
     */
    public static Manifest read(byte[] json, String contentType) {
        ObjectNode object = Json.object(json);
        String type = type(object, contentType);
        if (object.path("schemaVersion").asInt(2) == 1) {
            throw new IllegalArgumentException(
                    "a manifest of schema version 1 (expected: version 2; push it again with a current tool)");
        }
        if (MediaTypes.isIndex(type)) {
            return new Manifest.Index(
                    descriptors(object, "manifests"), strings(object.path("annotations")));
        }
        if (!MediaTypes.isManifest(type)) {
            throw new IllegalArgumentException(
                    "a document of type '"
                            + Text.shown(type)
                            + "' (expected: an image manifest or index)");
        }
        return new Manifest.Artifact(
                type,
                Json.text(object, "artifactType").orElse(""),
                descriptor(object.path("config"), "config"),
                descriptors(object, "layers"),
                strings(object.path("annotations")),
                Digest.find(object.at("/subject/digest").asText("")).orElse(null));
    }

    /**
     * The document's own word before the registry's, since only the first is under the digest;
     * without both, its members tell.
     */
    private static String type(ObjectNode object, String contentType) {
        boolean lists = object.has("manifests");
        if (lists && object.has("layers")) {
            throw new IllegalArgumentException("both 'manifests' and 'layers' (expected: one)");
        }
        return Json.text(object, MEDIA_TYPE)
                .orElseGet(() -> {
                    boolean known =
                            MediaTypes.isManifest(contentType) || MediaTypes.isIndex(contentType);
                    String seen = lists ? MediaTypes.INDEX : MediaTypes.MANIFEST;
                    boolean shaped = lists || object.has("layers");
                    return known || !shaped ? contentType : seen;
                });
    }

    private static List<Descriptor> descriptors(ObjectNode object, String name) {
        JsonNode array = object.path(name);
        if (!array.isArray()) {
            throw new IllegalArgumentException("no list '" + name + "'");
        }
        if (array.size() > MOST_ENTRIES) {
            throw new IllegalArgumentException(
                    array.size() + " " + name + " (expected: at most " + MOST_ENTRIES + ")");
        }
        var all = new ArrayList<Descriptor>();
        for (JsonNode one : array) {
            all.add(descriptor(one, name + "[" + all.size() + "]"));
        }
        return all;
    }

    private static Descriptor descriptor(JsonNode json, String where) {
        JsonNode size = json.path("size");
        if (!size.isIntegralNumber() || !size.canConvertToLong() || size.longValue() < 0) {
            throw new IllegalArgumentException(where + ".size (expected: a number of bytes)");
        }
        Digest digest;
        try {
            digest = Digest.parse(Json.text(json, "digest").orElse(""));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(where + ".digest: " + e.getMessage(), e);
        }
        JsonNode platform = json.path("platform");
        String told =
                platform.isObject()
                        ? platform.path("os").asText("")
                                + "/"
                                + platform.path("architecture").asText("")
                        : "";
        return new Descriptor(
                Json.text(json, MEDIA_TYPE).orElse(""),
                digest,
                size.longValue(),
                Json.text(json, "artifactType").orElse(""),
                told,
                strings(json.path("annotations")));
    }

    private static Map<String, String> strings(JsonNode object) {
        var all = new HashMap<String, String>();
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            if (member.getValue().isTextual()) {
                all.put(member.getKey(), member.getValue().textValue());
            }
        }
        return all;
    }
}
