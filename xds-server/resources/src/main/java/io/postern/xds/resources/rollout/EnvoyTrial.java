package io.postern.xds.resources.rollout;

import com.google.protobuf.Any;
import io.postern.xds.resources.NodeSelector;
import java.util.List;

/**
 * A version of a filter that some Envoys get instead of the last good one. Thread-safe: immutable.
 *
 * @param filter {@code wasm/default/waf}
 * @param nodes each of them
 */
public record EnvoyTrial(String filter, Any config, List<NodeSelector> nodes) {
    private static final String MARK = "@trial/";

    public EnvoyTrial {
        nodes = List.copyOf(nodes);
    }

    /** What the group of such nodes is called. */
    public String group(String base, int number) {
        return base + MARK + filter + "/" + number;
    }

    /** Whether {@code group} is one of those that get a candidate of {@code filter}. */
    public static boolean isGroup(String group, String filter) {
        int mark = group.indexOf(MARK);
        int end = group.lastIndexOf('/');
        return mark >= 0
                && end >= mark + MARK.length()
                && group.substring(mark + MARK.length(), end).equals(filter);
    }
}
