package io.postern.config.model;

import io.postern.sdk.HeaderName;
import java.util.List;

/** Header changes of a route, virtual host or route table, in Envoy's order: remove, then add. */
public record HeaderMutations(
        List<Addition> requestAdditions,
        List<HeaderName> requestRemovals,
        List<Addition> responseAdditions,
        List<HeaderName> responseRemovals) {
    public HeaderMutations {
        requestAdditions = List.copyOf(requestAdditions);
        requestRemovals = List.copyOf(requestRemovals);
        responseAdditions = List.copyOf(responseAdditions);
        responseRemovals = List.copyOf(responseRemovals);
    }

    /** No change. */
    public static HeaderMutations none() {
        return new HeaderMutations(List.of(), List.of(), List.of(), List.of());
    }

    /** Whether nothing is changed. */
    public boolean isEmpty() {
        return requestAdditions.isEmpty()
                && requestRemovals.isEmpty()
                && responseAdditions.isEmpty()
                && responseRemovals.isEmpty();
    }

    /**
     * A header to add.
     *
     * <p>Source: {@code envoy.config.core.v3.HeaderValueOption}.
     */
    public record Addition(
            HeaderName name, Format value, AppendAction action, boolean keepEmptyValue) {}

    /** What happens when the header is there already, and when not. */
    public enum AppendAction {
        APPEND_IF_EXISTS_OR_ADD,
        ADD_IF_ABSENT,
        OVERWRITE_IF_EXISTS_OR_ADD,
        OVERWRITE_IF_EXISTS
    }
}
