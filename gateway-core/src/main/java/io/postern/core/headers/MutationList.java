package io.postern.core.headers;

import io.postern.config.model.HeaderMutation;
import io.postern.core.format.FormatEnvironment;
import io.postern.core.format.OctetBuffer;
import io.postern.core.format.StreamView;
import io.postern.core.route.OctetMatcher;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.util.List;

/**
 * Changes of heads, each made from what the one before has left. Thread-safe: immutable.
 *
 * <p>Source: {@code envoy.config.common.mutation_rules.v3.HeaderMutation}.
 */
public final class MutationList {
    private final Step[] steps;

    private MutationList(Step[] steps) {
        this.steps = steps;
    }

    /** These changes, compiled. */
    public static MutationList of(List<HeaderMutation> mutations, FormatEnvironment environment) {
        return new MutationList(
                mutations.stream()
                        .map(mutation -> step(mutation, environment))
                        .toArray(Step[]::new));
    }

    /** Makes the changes; {@code scratch} is overwritten. */
    public void apply(HeaderMap head, StreamView view, OctetBuffer scratch) {
        for (Step step : steps) {
            step.apply(head, view, scratch);
        }
    }

    @FunctionalInterface
    private interface Step {
        void apply(HeaderMap head, StreamView view, OctetBuffer scratch);
    }

    private static Step step(HeaderMutation mutation, FormatEnvironment environment) {
        return switch (mutation) {
            case HeaderMutation.Remove(HeaderName name) -> (head, _, _) -> head.remove(name);
            case HeaderMutation.RemoveMatching(var matcher) -> {
                OctetMatcher names = OctetMatcher.of(matcher);
                yield (head, _, _) -> removeMatching(head, names);
            }
            case HeaderMutation.Add(var addition) ->
                    MutationSet.of(List.of(), List.of(addition), environment)::apply;
        };
    }

    private static void removeMatching(HeaderMap head, OctetMatcher names) {
        for (int i = head.size() - 1; i >= 0; i--) {
            int start = head.nameStart(i);
            if (head.octets()[start] != ':'
                    && names.matches(head.octets(), start, head.nameLength(i))) {
                head.removeAt(i);
            }
        }
    }
}
