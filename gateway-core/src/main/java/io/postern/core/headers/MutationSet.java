package io.postern.core.headers;

import io.postern.config.model.HeaderMutations.Addition;
import io.postern.config.model.HeaderMutations.AppendAction;
import io.postern.core.format.CompiledFormat;
import io.postern.core.format.FormatEnvironment;
import io.postern.core.format.OctetBuffer;
import io.postern.core.format.StreamView;
import io.postern.core.route.OneLineHeaders;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Header changes of one route, virtual host or table for one direction: removals, then values, all
 * made from the head as it was after the removals; overwriting goes before appending. Thread-safe:
 * immutable.
 *
 * <p>Source: {@code envoy.config.core.v3.HeaderValueOption}; order as in Envoy 1.40.
 */
public final class MutationSet {
    private final HeaderName[] removals;
    private final Change[] changes;

    private MutationSet(HeaderName[] removals, Change[] changes) {
        this.removals = removals;
        this.changes = changes;
    }

    /** These removals and additions, compiled. */
    public static MutationSet of(
            List<HeaderName> removals, List<Addition> additions, FormatEnvironment environment) {
        return new MutationSet(
                removals.stream().map(MutationSet::name).toArray(HeaderName[]::new),
                additions.stream()
                        .map(addition -> Change.of(addition, environment))
                        .toArray(Change[]::new));
    }

    boolean isEmpty() {
        return removals.length == 0 && changes.length == 0;
    }

    /** Makes the changes; {@code scratch} is overwritten. */
    public void apply(HeaderMap head, StreamView view, OctetBuffer scratch) {
        for (HeaderName name : removals) {
            head.remove(name);
        }
        if (changes.length == 0) {
            return;
        }
        scratch.clear();
        int[] ends = new int[changes.length];
        boolean[] wanted = new boolean[changes.length];
        for (int i = 0; i < changes.length; i++) {
            int start = scratch.length();
            changes[i].format.write(view, scratch);
            ends[i] = scratch.length();
            wanted[i] = changes[i].isWanted(head, ends[i] - start);
        }
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < changes.length; i++) {
                if (wanted[i] && changes[i].overwrites == (pass == 0)) {
                    int start = i == 0 ? 0 : ends[i - 1];
                    changes[i].apply(head, scratch.array(), start, ends[i] - start);
                }
            }
        }
    }

    private static HeaderName name(HeaderName name) {
        return name.equals(HeaderName.HOST) ? HeaderName.AUTHORITY : name;
    }

    private record Change(
            HeaderName name,
            byte[] octets,
            CompiledFormat format,
            AppendAction action,
            boolean keepEmpty,
            boolean overwrites,
            boolean oneLine) {
        static Change of(Addition addition, FormatEnvironment environment) {
            HeaderName name = MutationSet.name(addition.name());
            boolean overwrites =
                    switch (addition.action()) {
                        case APPEND_IF_EXISTS_OR_ADD, ADD_IF_ABSENT -> false;
                        case OVERWRITE_IF_EXISTS_OR_ADD, OVERWRITE_IF_EXISTS -> true;
                    };
            return new Change(
                    name,
                    name.toString().getBytes(StandardCharsets.UTF_8),
                    CompiledFormat.compile(addition.value(), environment, true),
                    addition.action(),
                    addition.keepEmptyValue(),
                    overwrites,
                    OneLineHeaders.contains(name));
        }

        boolean isWanted(HeaderMap head, int length) {
            if (length == 0 && !keepEmpty) {
                return false;
            }
            return switch (action) {
                case APPEND_IF_EXISTS_OR_ADD, OVERWRITE_IF_EXISTS_OR_ADD -> true;
                case ADD_IF_ABSENT -> !head.contains(name);
                case OVERWRITE_IF_EXISTS -> head.contains(name);
            };
        }

        void apply(HeaderMap head, byte[] value, int start, int length) {
            int index = oneLine ? head.indexOf(name) : -1;
            if (index < 0) {
                if (overwrites) {
                    head.remove(name);
                }
                head.add(octets, 0, octets.length, value, start, length);
            } else if (overwrites) {
                head.set(octets, 0, octets.length, value, start, length);
            } else {
                join(head, index, value, start, length);
            }
        }

        private static void join(HeaderMap head, int index, byte[] value, int start, int length) {
            int old = head.valueLength(index);
            byte[] joined = new byte[old + 1 + length];
            System.arraycopy(head.octets(), head.valueStart(index), joined, 0, old);
            joined[old] = ',';
            System.arraycopy(value, start, joined, old + 1, length);
            head.setValue(index, joined, 0, joined.length);
        }
    }
}
