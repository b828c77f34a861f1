package io.postern.xds.resources.envoy;

import com.google.protobuf.Message;

import io.postern.config.envoy.ResourceTranslator;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import io.postern.config.source.Diagnostic;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Place;
import io.postern.config.source.SourceNode.NullNode;
import io.postern.config.source.Spot;

import java.time.Duration;
import java.util.List;

/**
 * Asks the data plane's own translator whether it would take a resource, with the others of its
 * group to refer to.
 */
final class DataPlaneCheck {
    private static final Spot NOWHERE = Spot.root(new NullNode(Place.of("")));
    private static final ConfigSource ADS = new ConfigSource.Ads(Duration.ofSeconds(15));

    private final ResourceTranslator translator;
    private final GroupReferences references;

    DataPlaneCheck(ResourceTranslator translator, GroupReferences references) {
        this.translator = translator;
        this.references = references;
    }

    /** What is wrong with {@code message}. */
    List<Diagnostic> check(ResourceType type, Message message) {
        var diagnostics = new Diagnostics();
        translator.check(message, NOWHERE, diagnostics);
        if (!diagnostics.hasErrors()) {
            translator.tryOut(type, message, NOWHERE, diagnostics, references, ADS);
        }
        return diagnostics.errors();
    }
}
