package io.postern.config.envoy;

import com.google.protobuf.Message;
import io.postern.config.model.RuntimeLayers;
import io.postern.config.source.Spot;
import java.util.List;

/**
 * The static resources of a bootstrap as messages, for whoever has to put them together with
 * resources from elsewhere.
 *
 * @param runtime layers that come from elsewhere are empty
 * @param changeable whether one of them reads a value that an operator may change
 * @param refers whether one of them refers to a resource that is not static
 */
public record StaticParts(
        List<Placed> listeners,
        List<Placed> clusters,
        List<Placed> secrets,
        RuntimeLayers runtime,
        boolean changeable,
        boolean refers) {
    /** Nothing that would refer to anything. */
    public static final StaticParts NONE =
            new StaticParts(List.of(), List.of(), List.of(), RuntimeLayers.DEFAULT, false, false);

    public StaticParts {
        listeners = List.copyOf(listeners);
        clusters = List.copyOf(clusters);
        secrets = List.copyOf(secrets);
    }

    /** A resource and where it stands. */
    public record Placed(String name, Message message, Spot spot) {}
}
