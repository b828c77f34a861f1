package io.postern.config.envoy;

import io.envoyproxy.envoy.extensions.filters.http.set_metadata.v3.Config;
import io.postern.config.model.SetMetadataSpec;
import io.postern.config.model.SetMetadataSpec.Entry;
import java.util.ArrayList;
import java.util.List;

/** Translates {@code envoy.extensions.filters.http.set_metadata.v3.Config}. */
final class SetMetadataTranslator {
    private SetMetadataTranslator() {}

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(SetMetadataSpec.TYPE)
                        .reads("metadata_namespace", "metadata")
                        .opaque("value"),
                MessageSupport.of("envoy.extensions.filters.http.set_metadata.v3.Metadata")
                        .reads("metadata_namespace", "allow_overwrite")
                        .opaque("value"));
    }

    @SuppressWarnings("deprecation") // Envoy still takes metadata_namespace and value
    static SetMetadataSpec translate(Config config) {
        var entries = new ArrayList<Entry>();
        if (config.hasValue()) {
            entries.add(
                    new Entry(
                            config.getMetadataNamespace(),
                            MetadataTranslator.struct(config.getValue()),
                            true));
        }
        for (var one : config.getMetadataList()) {
            entries.add(
                    new Entry(
                            one.getMetadataNamespace(),
                            MetadataTranslator.struct(one.getValue()),
                            one.getAllowOverwrite()));
        }
        return new SetMetadataSpec(entries);
    }
}
