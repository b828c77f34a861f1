package io.postern.xds.resources.attach;

import io.postern.xds.resources.Condition;
import io.postern.xds.resources.Condition.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Conditions while they are found out: what is said first of a type stays. */
public final class Conditions {
    /** Gateway API's types. */
    public static final String ACCEPTED = "Accepted";

    public static final String RESOLVED_REFS = "ResolvedRefs";
    public static final String PROGRAMMED = "Programmed";
    public static final String CONFLICTED = "Conflicted";
    public static final String PARTIALLY_INVALID = "PartiallyInvalid";

    private final Map<String, Condition> byType = new LinkedHashMap<>();

    /** It is false. */
    public void fail(String type, String reason, String message) {
        say(type, State.FALSE, reason, message);
    }

    /** It is true. */
    public void pass(String type, String reason, String message) {
        say(type, State.TRUE, reason, message);
    }

    /** It is that. */
    public void say(String type, State state, String reason, String message) {
        byType.putIfAbsent(type, new Condition(type, state, reason, message));
    }

    /** Whether it was said to be false. */
    public boolean failed(String type) {
        var condition = byType.get(type);
        return condition != null && condition.status() == State.FALSE;
    }

    /** What was said of {@code type}. */
    public @Nullable Condition of(String type) {
        return byType.get(type);
    }

    /** Those of {@code types} in this order, then all others. */
    List<Condition> inOrder(String... types) {
        var all = new LinkedHashMap<>(byType);
        var ordered = new ArrayList<Condition>();
        for (var type : types) {
            var condition = all.remove(type);
            if (condition != null) {
                ordered.add(condition);
            }
        }
        ordered.addAll(all.values());
        return ordered;
    }
}
