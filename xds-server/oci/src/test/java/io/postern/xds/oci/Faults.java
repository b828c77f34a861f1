package io.postern.xds.oci;

import com.sun.net.httpserver.HttpExchange;
import io.postern.xds.oci.ScriptedRegistry.Answer;
import io.postern.xds.oci.ScriptedRegistry.Layer;
import io.postern.xds.oci.manifest.MediaTypes;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** What registries do wrong, and what we say of it. */
final class Faults {
    static final byte[] WASM = {0, 'a', 's', 'm', 1, 0, 0, 0};
    static final Layer LAYER = new Layer(MediaTypes.WASM, WASM);
    static final byte[] MANIFEST = ScriptedRegistry.manifest(List.of(LAYER), MediaTypes.MANIFEST);
    static final String TAG = "/v2/a/manifests/v1";
    static final String BLOB = "/v2/a/blobs/" + Digest.of(WASM);
    static final String BLOB_TYPE = "application/octet-stream";

    private Faults() {}

    /** What the registry does wrong, and what we say. */
    record Fault(String name, String path, Answer answer, Step step, String said) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Answer ok(String type, byte[] body) {
        return ScriptedRegistry.send(200, type, body);
    }

    static Answer text(String type, String body) {
        return ScriptedRegistry.send(200, type, body);
    }

    static Answer challenge(String value) {
        return exchange -> {
            exchange.getResponseHeaders().add("www-authenticate", value);
            exchange.sendResponseHeaders(401, -1);
        };
    }

    static Answer announced(String digest) {
        return exchange -> {
            exchange.getResponseHeaders().add("docker-content-digest", digest);
            ok(MediaTypes.MANIFEST, MANIFEST).to(exchange);
        };
    }

    static Answer broken() {
        return exchange -> {
            exchange.sendResponseHeaders(200, WASM.length);
            exchange.getResponseBody().write(WASM, 0, 3);
            exchange.getResponseBody().flush();
            throw new IOException("the connection is closed here");
        };
    }

    static void endless(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        byte[] chunk = new byte[1 << 16];
        for (int i = 0; i < 1 << 14; i++) {
            exchange.getResponseBody().write(chunk);
        }
    }

    static String layers(String... descriptors) {
        return "{\"schemaVersion\":2,\"config\":"
                + new Layer("x", new byte[0]).json()
                + ",\"layers\":["
                + String.join(",", descriptors)
                + "]}";
    }

    static Stream<Fault> all() {
        byte[] others = {0, 'a', 's', 'm', 1, 0, 0, 1};
        String huge = LAYER.json().replace("\"size\":8", "\"size\":99999999999");
        String short7 = LAYER.json().replace("\"size\":8", "\"size\":7");
        String long9 = LAYER.json().replace("\"size\":8", "\"size\":9");
        return Stream.of(
                new Fault(
                        "unknown tag",
                        TAG,
                        text404(),
                        Step.RESOLVE,
                        "not there, MANIFEST_UNKNOWN: nope"),
                new Fault(
                        "broken",
                        TAG,
                        ScriptedRegistry.send(500, "text/plain", "x"),
                        Step.RESOLVE,
                        "status 500"),
                new Fault(
                        "a page",
                        TAG,
                        text("text/html", "<html>login</html>"),
                        Step.MANIFEST,
                        "a page of HTML"),
                new Fault(
                        "no JSON",
                        TAG,
                        text(MediaTypes.MANIFEST, "{\"a\""),
                        Step.MANIFEST,
                        "no valid JSON in line 1"),
                new Fault(
                        "deep JSON",
                        TAG,
                        text(MediaTypes.MANIFEST, "[".repeat(100)),
                        Step.MANIFEST,
                        "nesting depth"),
                new Fault(
                        "twice",
                        TAG,
                        text(MediaTypes.MANIFEST, "{\"layers\":[],\"layers\":[]}"),
                        Step.MANIFEST,
                        "uplicate"),
                new Fault(
                        "both",
                        TAG,
                        text(MediaTypes.MANIFEST, "{\"layers\":[],\"manifests\":[]}"),
                        Step.MANIFEST,
                        "both 'manifests' and 'layers'"),
                new Fault(
                        "schema 1",
                        TAG,
                        text("application/json", "{\"schemaVersion\":1}"),
                        Step.MANIFEST,
                        "schema version 1"),
                new Fault(
                        "other JSON",
                        TAG,
                        text("application/json", "{}"),
                        Step.MANIFEST,
                        "type 'application/json'"),
                new Fault(
                        "no layers",
                        TAG,
                        text(MediaTypes.MANIFEST, layers()),
                        Step.MANIFEST,
                        "there are no layers"),
                new Fault(
                        "a path for a digest",
                        TAG,
                        text(
                                MediaTypes.MANIFEST,
                                layers("{\"digest\":\"sha256:../../x\",\"size\":1}")),
                        Step.MANIFEST,
                        "layers[0].digest"),
                new Fault(
                        "negative size",
                        TAG,
                        text(MediaTypes.MANIFEST, layers("{\"size\":-1}")),
                        Step.MANIFEST,
                        "layers[0].size"),
                new Fault(
                        "a large manifest",
                        TAG,
                        Faults::endless,
                        Step.DIGEST,
                        "over 4194304 bytes"),
                new Fault(
                        "another digest announced",
                        TAG,
                        announced("sha256:" + "0".repeat(64)),
                        Step.DIGEST,
                        "has the digest"),
                new Fault(
                        "a huge layer",
                        TAG,
                        text(MediaTypes.MANIFEST, layers(huge)),
                        Step.BLOB,
                        "99999999999 bytes"),
                new Fault(
                        "longer than told",
                        TAG,
                        text(MediaTypes.MANIFEST, layers(short7)),
                        Step.DIGEST,
                        "over 7 bytes"),
                new Fault(
                        "shorter than told",
                        TAG,
                        text(MediaTypes.MANIFEST, layers(long9)),
                        Step.DIGEST,
                        "came as"),
                new Fault("lost layer", BLOB, text404(), Step.BLOB, "not there"),
                new Fault("other layer", BLOB, ok(BLOB_TYPE, others), Step.DIGEST, "came as"),
                new Fault("endless layer", BLOB, Faults::endless, Step.DIGEST, "over 8 bytes"),
                new Fault("broken off", BLOB, broken(), Step.CONNECT, "broke off"),
                new Fault(
                        "unknown authentication",
                        TAG,
                        challenge("Negotiate"),
                        Step.AUTH,
                        "asks for negotiate"),
                new Fault(
                        "no challenge",
                        TAG,
                        ScriptedRegistry.send(401, "text/plain", ""),
                        Step.AUTH,
                        "of no kind"),
                new Fault(
                        "wrong password", TAG, challenge("Basic realm=x"), Step.AUTH, "status 401"),
                new Fault(
                        "forbidden",
                        TAG,
                        ScriptedRegistry.send(403, "text/plain", ""),
                        Step.AUTH,
                        "status 403"),
                new Fault(
                        "realm is no URL",
                        TAG,
                        challenge("Bearer realm=\"file:///etc/passwd\""),
                        Step.AUTH,
                        "as its token server"),
                new Fault(
                        "realm is a metadata service",
                        TAG,
                        challenge("Bearer realm=\"http://169.254.169.254/latest\""),
                        Step.CONNECT,
                        "a link-local address"),
                new Fault(
                        "redirect to a metadata service",
                        TAG,
                        ScriptedRegistry.redirect("http://169.254.169.254/"),
                        Step.CONNECT,
                        "a link-local address"),
                new Fault(
                        "redirect to a file",
                        TAG,
                        ScriptedRegistry.redirect("file:///etc/passwd"),
                        Step.CONNECT,
                        "redirects to 'file:///etc/passwd'"),
                new Fault(
                        "redirects for ever",
                        TAG,
                        ScriptedRegistry.redirect(TAG),
                        Step.CONNECT,
                        "more than 5 times"),
                new Fault(
                        "control characters",
                        TAG,
                        ScriptedRegistry.send(
                                404, "a/b", "{\"errors\":[{\"code\":\"\\u001b[31mX\"}]}"),
                        Step.RESOLVE,
                        "?[31mX"));
    }

    static Answer text404() {
        return ScriptedRegistry.send(
                404,
                "application/json",
                "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"nope\"}]}");
    }
}
