package io.postern.xds.oci.manifest;

import io.postern.xds.oci.Digest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a tag or a digest stands for. */
public sealed interface Manifest {
    /** Of the whole. */
    Map<String, String> annotations();

    /**
     * One artifact.
     *
     * @param mediaType of the manifest
     * @param artifactType empty: not told
     * @param layers in their order; of an image, each over those before
     * @param subject what it refers to; null: nothing, or nothing that we can name
     */
    record Artifact(
            String mediaType,
            String artifactType,
            Descriptor config,
            List<Descriptor> layers,
            Map<String, String> annotations,
            @Nullable Digest subject)
            implements Manifest {
        public Artifact {
            layers = List.copyOf(layers);
            annotations = Map.copyOf(annotations);
        }
    }

    /** Several, for platforms for example, or those that refer to one. */
    record Index(List<Descriptor> manifests, Map<String, String> annotations) implements Manifest {
        public Index {
            manifests = List.copyOf(manifests);
            annotations = Map.copyOf(annotations);
        }
    }
}
