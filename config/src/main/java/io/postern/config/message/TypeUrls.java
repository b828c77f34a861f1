package io.postern.config.message;

import com.google.protobuf.Message;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Nearest;
import io.postern.config.source.Spot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From the type URL of an {@code Any} to its message, or to an error that helps. */
final class TypeUrls {
    private TypeUrls() {}

    static @Nullable Message resolve(
            String url, MessageTypes types, Spot spot, Diagnostics diagnostics) {
        var at = spot.key("@type");
        var name = MessageTypes.nameOf(url);
        if (url.indexOf('/') <= 0) {
            diagnostics.error(
                    at,
                    "type URL \"" + url + "\" (expected: a host, a slash and a message type)",
                    "write " + MessageTypes.URL_PREFIX + name);
            return null;
        }
        boolean old = MessageTypes.isOld(name);
        var prototype = old ? null : types.prototype(name);
        if (prototype == null) {
            var what = old ? "a type of Envoy's v2 API, which ended in 2021: " : "no such type: ";
            diagnostics.error(at, what + "\"" + url + "\"", cure(name, types));
        }
        return prototype;
    }

    private static String cure(String name, MessageTypes types) {
        var simpleName = name.substring(name.lastIndexOf('.') + 1);
        List<String> sameName =
                types.names().stream()
                        .filter(known -> known.endsWith("." + simpleName))
                        .filter(known -> !MessageTypes.isOld(known))
                        .toList();
        if (sameName.isEmpty()) {
            return Nearest.cure(name, types.names());
        }
        var nearest = Nearest.among(name, sameName);
        var meant = nearest == null ? sameName.getFirst() : nearest;
        return "did you mean \"" + MessageTypes.URL_PREFIX + meant + "\"?";
    }
}
