package io.postern.core.admin;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.List;

/**
 * A metric name for Prometheus: what says "which one" is taken out and becomes a label.
 *
 * <p>Source: Envoy's well-known tag names. Immutable.
 *
 * @param labels {@code a="b",c="d"}
 */
record TaggedName(String name, String labels) {
    private static final String CUSTOM = "wasmcustom.";

    /** The first group is taken out of the name, the second is the label's value. */
    private record Tag(String label, Pattern pattern) {
        static Tag of(String label, String pattern) {
            return new Tag(label, Pattern.compile(pattern));
        }
    }

    private static final List<Tag> TAGS =
            List.of(
                    Tag.of("envoy_response_code", "_rq(_(\\d{3}))$"),
                    Tag.of("envoy_response_code_class", "_rq(_(\\d))xx$"),
                    Tag.of(
                            "envoy_http_conn_manager_prefix",
                            "^listener\\..*?\\.http\\.(([^.]+)\\.)"),
                    Tag.of("envoy_http_conn_manager_prefix", "^http\\.(([^.]+)\\.)"),
                    Tag.of("envoy_cluster_name", "^cluster\\.(([^.]+)\\.)"),
                    Tag.of("envoy_worker_id", "^(?:listener\\..*?|server)\\.worker(_(\\d+))\\."),
                    Tag.of(
                            "envoy_listener_address",
                            "^listener\\.(([_.\\d]*|[_\\[\\]a-fA-F\\d]*)\\.)"));

    static TaggedName of(String stat) {
        String name = stat;
        var labels = new StringBuilder();
        for (Tag tag : TAGS) {
            Matcher matcher = tag.pattern.matcher(name);
            if (matcher.find()) {
                labels.append(labels.isEmpty() ? "" : ",")
                        .append(tag.label)
                        .append("=\"")
                        .append(escaped(matcher.group(2)))
                        .append('"');
                name = name.substring(0, matcher.start(1)) + rest(name, tag, matcher.end(1));
            }
        }
        // what plugins count has names of their own
        boolean custom = name.startsWith(CUSTOM);
        String shown = custom ? name.substring(CUSTOM.length()) : "envoy_" + name;
        return new TaggedName(sanitized(shown), labels.toString());
    }

    /** {@code upstream_rq_2xx} becomes {@code upstream_rq_xx}. */
    private static String rest(String name, Tag tag, int end) {
        return tag.label.equals("envoy_response_code_class")
                ? "_" + name.substring(end)
                : name.substring(end);
    }

    private static String sanitized(String name) {
        var text = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || c == '_');
            text.append(plain ? c : '_');
        }
        if (!text.isEmpty() && Character.isDigit(text.charAt(0))) {
            text.insert(0, '_');
        }
        return text.toString();
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
