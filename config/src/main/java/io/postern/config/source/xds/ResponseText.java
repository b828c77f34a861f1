package io.postern.config.source.xds;

import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.postern.config.message.MessageReader;
import io.postern.config.message.MessageTypes;
import io.postern.config.model.ResourceType;
import io.postern.config.source.Diagnostic;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Report;
import io.postern.config.source.SourceNode;
import io.postern.config.source.Spot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@code DiscoveryResponse} that is written as YAML or JSON, with the places of its resources.
 *
 * @param update null when it cannot be read
 * @param errors why
 */
record ResponseText(@Nullable Update update, List<String> errors) {
    ResponseText {
        errors = List.copyOf(errors);
    }

    /** Reads a tree; null is one that could not be read, for reasons in {@code diagnostics}. */
    static ResponseText read(
            @Nullable SourceNode tree, ResourceType type, Diagnostics diagnostics) {
        if (tree == null || diagnostics.hasErrors()) {
            return broken(diagnostics);
        }
        var spot = Spot.root(tree);
        var response = DiscoveryResponse.newBuilder();
        new MessageReader(new MessageTypes(), diagnostics).read(tree, response, spot);
        if (diagnostics.hasErrors()) {
            return broken(diagnostics);
        }
        Update bare = SotwDialogue.update(response.build(), type);
        List<Received> placed = new ArrayList<>();
        for (int i = 0; i < bare.resources().size(); i++) {
            Received one = bare.resources().get(i);
            var at = spot.field("resources").index(i);
            placed.add(
                    new Received(
                            one.name(),
                            one.version(),
                            one.message(),
                            one.ttl(),
                            at,
                            one.aliases()));
        }
        return new ResponseText(
                new Update(bare.version(), placed, List.of(), bare.full(), bare.controlPlane()),
                List.of());
    }

    private static ResponseText broken(Diagnostics diagnostics) {
        List<String> errors = new ArrayList<>();
        for (Diagnostic error : diagnostics.errors()) {
            errors.add(Report.text(error));
        }
        return new ResponseText(null, errors);
    }
}
