package io.postern.xds.server.source;

import com.google.protobuf.Message;
import io.postern.config.model.ResourceType;
import io.postern.config.source.Spot;

/** A resource and where it stands. */
record Placed(ResourceType type, String name, Message message, Spot spot) {
    @Override
    public String toString() {
        return type.name().toLowerCase(java.util.Locale.ROOT) + " '" + name + "'";
    }
}
