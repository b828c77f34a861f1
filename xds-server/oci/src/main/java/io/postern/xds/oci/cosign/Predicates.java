package io.postern.xds.oci.cosign;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.xds.oci.Text;
import java.util.ArrayList;
import java.util.List;

/** What attestations say, as far as it is worth a line: where it was built, and of what. */
final class Predicates {
    private Predicates() {}

    /** Of a statement's predicate. */
    static List<String> details(String type, JsonNode predicate) {
        if (type.startsWith("https://slsa.dev/provenance/v1")) {
            JsonNode definition = predicate.path("buildDefinition");
            var said = new ArrayList<String>();
            add(said, "builder", predicate.path("runDetails").path("builder").path("id"));
            add(said, "build type", definition.path("buildType"));
            add(said, "source", definition.path("resolvedDependencies").path(0).path("uri"));
            return said;
        }
        if (type.startsWith("https://slsa.dev/provenance/")) {
            var said = new ArrayList<String>();
            add(said, "builder", predicate.path("builder").path("id"));
            add(said, "build type", predicate.path("buildType"));
            add(said, "source", predicate.path("materials").path(0).path("uri"));
            return said;
        }
        if (type.startsWith("https://spdx.dev/")) {
            var said = new ArrayList<String>();
            add(said, "name", predicate.path("name"));
            said.add(predicate.path("packages").size() + " packages");
            return said;
        }
        return type.startsWith("https://cyclonedx.org/")
                ? List.of(predicate.path("components").size() + " components")
                : List.of();
    }

    private static void add(List<String> said, String name, JsonNode value) {
        if (value.isTextual()) {
            said.add(name + " " + Text.shown(value.textValue()));
        }
    }
}
