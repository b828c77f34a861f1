package io.postern.config.message;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.postern.config.source.Diagnostic;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Nearest;
import io.postern.config.source.Severity;
import io.postern.config.source.SourceNode.Entry;
import io.postern.config.source.Spot;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Field names of the text, in snake case or camel case, and what is said about wrong ones. */
final class FieldNames {
    /** What Envoy's v2 API had, and what stands in its place; these are what people paste. */
    private static final Map<String, String> OLD_NAMES =
            Map.of(
                    "tls_context", "transport_socket with a typed_config",
                    "hosts", "load_assignment",
                    "config", "typed_config with an \"@type\"",
                    "<<", "the values written out: Envoy knows no YAML merge keys",
                    "use_http2", "codec_type: HTTP2");

    private FieldNames() {}

    static @Nullable FieldDescriptor find(Descriptor type, String key) {
        var field = type.findFieldByName(key);
        if (field != null) {
            return field;
        }
        field = type.findFieldByName(snakeCase(key));
        if (field != null) {
            return field.getJsonName().equals(key) ? field : null;
        }
        for (FieldDescriptor one : type.getFields()) { // consecutive5xx has no way back
            if (one.getJsonName().equals(key)) {
                return one;
            }
        }
        return null;
    }

    static void unknown(Descriptor type, Entry entry, Spot spot, Diagnostics diagnostics) {
        var names = type.getFields().stream().map(FieldDescriptor::getName).toList();
        var cure = Nearest.cure(entry.key(), names);
        var old = OLD_NAMES.get(entry.key());
        if (old != null) {
            cure = "use " + old;
        }
        var path = spot.path().isEmpty() ? entry.key() : spot.path() + "." + entry.key();
        diagnostics.error(
                new Diagnostic(
                        Severity.ERROR,
                        entry.keyPlace(),
                        path,
                        "no such field in " + type.getFullName() + ": \"" + entry.key() + "\"",
                        cure));
    }

    private static String snakeCase(String camelCase) {
        var text = new StringBuilder(camelCase.length() + 8);
        for (int i = 0; i < camelCase.length(); i++) {
            char c = camelCase.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                text.append('_').append((char) (c + 32));
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }
}
