package io.postern.config.envoy;

import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation;
import io.postern.config.source.Spot;
import java.util.ArrayList;
import java.util.List;

/** Translates what a connection manager changes in heads before anything else looks at them. */
final class EarlyMutationsTranslator {
    private static final String TYPE =
            "envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation";

    private final Translation translation;
    private final HeaderMutationsTranslator mutations;

    EarlyMutationsTranslator(Translation translation) {
        this.translation = translation;
        this.mutations = new HeaderMutationsTranslator(translation);
    }

    static List<MessageSupport> declared() {
        return List.of(MessageSupport.of(TYPE).reads("mutations"));
    }

    List<io.postern.config.model.HeaderMutation> translate(
            List<TypedExtensionConfig> extensions, Spot spot) {
        var all = new ArrayList<io.postern.config.model.HeaderMutation>();
        for (int i = 0; i < extensions.size(); i++) {
            var any = extensions.get(i).getTypedConfig();
            var at = spot.index(i).field("typed_config");
            if (Translation.is(any, TYPE)) {
                var extension = Translation.unpack(any, HeaderMutation.parser());
                all.addAll(
                        Translation.each(
                                extension.getMutationsList(),
                                at.field("mutations"),
                                mutations::mutation));
            } else {
                translation.error(at, "this changes no heads early (expected: a " + TYPE + ")");
            }
        }
        return all;
    }
}
