package io.postern.xds.oci.store;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.postern.xds.oci.Digest;
import io.postern.xds.oci.Json;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a reference stood for when it was last pulled. Immutable.
 *
 * @param name the reference as it was written, and for whom it was pulled
 * @param root digest of the manifest that its tag stood for
 * @param artifact digest of the manifest with the layers
 * @param content digest of the module
 * @param signers whose signature was good
 * @param attestations what was attached beside it, for people
 */
public record Kept(
        String name,
        Digest root,
        Digest artifact,
        Digest content,
        List<String> signers,
        List<String> attestations,
        Instant pulled) {
    public Kept {
        signers = List.copyOf(signers);
        attestations = List.copyOf(attestations);
    }

    byte[] json() {
        ObjectNode json =
                Json.object()
                        .put("name", name)
                        .put("root", root.toString())
                        .put("artifact", artifact.toString())
                        .put("content", content.toString())
                        .put("pulled", pulled.toString());
        ArrayNode all = json.putArray("keys");
        signers.forEach(all::add);
        ArrayNode said = json.putArray("attestations");
        attestations.forEach(said::add);
        return Json.bytes(json);
    }

    /** Reads it; {@code IllegalArgumentException} when it is none. */
    static Kept read(byte[] octets) {
        ObjectNode json = Json.object(octets);
        try {
            return new Kept(
                    text(json, "name"),
                    Digest.parse(text(json, "root")),
                    Digest.parse(text(json, "artifact")),
                    Digest.parse(text(json, "content")),
                    texts(json, "keys"),
                    texts(json, "attestations"),
                    Instant.parse(text(json, "pulled")));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("no time", e);
        }
    }

    private static List<String> texts(ObjectNode json, String name) {
        var all = new ArrayList<String>();
        json.path(name).forEach(one -> all.add(one.asText("")));
        return all;
    }

    private static String text(ObjectNode json, String name) {
        return Json.text(json, name).orElseThrow(() -> new IllegalArgumentException("no " + name));
    }
}
