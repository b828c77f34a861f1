package io.postern.app.plugin;

import io.postern.filters.opa.bundle.PolicyFiles;
import io.postern.xds.oci.Digest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an OPA bundle has, for people and for programs.
 *
 * @param policyBytes of its compiled policy
 * @param dataBytes of its data document
 */
record PolicyText(Digest digest, long bytes, int policyBytes, int dataBytes) {
    /** Of a bundle or a compiled policy; {@code IllegalArgumentException} when it is neither. */
    static PolicyText of(byte[] octets) {
        PolicyFiles files = PolicyFiles.read(octets);
        return new PolicyText(
                Digest.of(octets), octets.length, files.wasm().length, files.data().length);
    }

    String lines(String name, List<String> around, List<String> problems) {
        var text = new StringBuilder(name).append('\n');
        around.forEach(line -> text.append(line).append('\n'));
        field(text, "sha256", digest.hex());
        field(text, "size", bytes + " bytes");
        field(text, "policy", policyBytes + " bytes of WebAssembly");
        field(text, "data", dataBytes + " bytes");
        problems.forEach(problem ->
                text.append("ERROR ").append(name).append(": ").append(problem).append('\n'));
        return text.append(problems.isEmpty() ? "OK " + name : "").toString().stripTrailing();
    }

    private static void field(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "  %-12s %s%n", name, value));
    }

    String json(String name, Map<String, ? extends Object> around, List<String> problems) {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        fields.put("file", name);
        fields.put("ok", problems.isEmpty());
        fields.put("problems", problems);
        fields.putAll(around);
        fields.put("sha256", digest.hex());
        fields.put("bytes", bytes);
        fields.put("policy_bytes", policyBytes);
        fields.put("data_bytes", dataBytes);
        return PluginJson.text(fields);
    }
}
