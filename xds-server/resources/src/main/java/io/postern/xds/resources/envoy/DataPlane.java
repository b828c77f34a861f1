package io.postern.xds.resources.envoy;

import com.google.protobuf.Message;
import io.postern.config.envoy.References;
import io.postern.config.envoy.ResourceTranslator;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import io.postern.config.source.Diagnostic;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Place;
import io.postern.config.source.SourceNode.NullNode;
import io.postern.config.source.Spot;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks the data plane's own translator whether it would take a resource. What it said of a message
 * holds for as long as the message is made again, so that the change of one route costs one route.
 *
 * <p>Confined to one thread at a time.
 */
public final class DataPlane {
    private static final Spot NOWHERE = Spot.root(new NullNode(Place.of("")));
    private static final ConfigSource ADS = new ConfigSource.Ads(Duration.ofSeconds(15));

    private record Key(ResourceType type, Message message) {}

    private final ResourceTranslator translator = new ResourceTranslator(Map.of());
    private Map<Key, List<Diagnostic>> known = new HashMap<>();
    private Map<Key, List<Diagnostic>> knownBefore = new HashMap<>();

    /** Another translation begins: what neither it nor the one before asked about is forgotten. */
    public void begin() {
        knownBefore = known;
        known = new HashMap<>();
    }

    /** What is wrong with {@code message}. */
    List<Diagnostic> check(ResourceType type, Message message, References references) {
        if (type == ResourceType.LISTENER) {
            return ask(type, message, references); // it depends on what it refers to
        }
        var key = new Key(type, message);
        var before = known.get(key);
        if (before == null) {
            before = knownBefore.get(key);
            if (before == null) {
                before = ask(type, message, references);
            }
            known.put(key, before);
        }
        return before;
    }

    private List<Diagnostic> ask(ResourceType type, Message message, References references) {
        var diagnostics = new Diagnostics();
        translator.check(message, NOWHERE, diagnostics);
        if (!diagnostics.hasErrors()) {
            translator.tryOut(type, message, NOWHERE, diagnostics, references, ADS);
        }
        return diagnostics.errors();
    }
}
