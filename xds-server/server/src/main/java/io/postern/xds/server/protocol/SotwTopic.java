package io.postern.xds.server.protocol;

import io.postern.config.model.ResourceType;
import io.postern.xds.server.content.Packed;
import io.postern.xds.server.content.ResourceSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One type on a stream of the state of the world. What a type can be told to be without (clusters,
 * listeners, scopes) stays in the responses until all that changed elsewhere was answered.
 */
final class SotwTopic extends Topic {
    private ResourceSet held;
    private boolean begun;
    private boolean hadNames;
    private boolean owesAnswer;

    SotwTopic(ResourceType type, ResponseCache cache) {
        super(type, cache);
        this.held = cache.nothing(type);
    }

    @Override
    void onAsk(Ask ask, ResourceSet current) {
        if (!begun) {
            begun = true;
            begin(ask, current);
            return;
        }
        if (!isLatest(ask.nonce())) {
            return; // it crossed a response: the answer to that one says what is wanted
        }
        answered(ask, current);
        Names before = names();
        Names now = wanted(ask);
        if (!now.equals(before)) {
            names(now);
            held = cache().view(names(), held);
            owesAnswer |= now.wildcard() || !before.explicit().containsAll(now.explicit());
        }
    }

    // A node that comes back with what is published already needs nothing.
    private void begin(Ask ask, ResourceSet current) {
        names(wanted(ask));
        ResourceSet view = cache().view(names(), current);
        if (!ask.version().isEmpty() && ask.version().equals(view.version())) {
            held = view;
        } else {
            owesAnswer = true;
        }
    }

    // No names from the beginning: everything. No names after some: nothing any more.
    private Names wanted(Ask ask) {
        hadNames |= !ask.names().isEmpty();
        return hadNames ? Names.of(ask.names()) : Names.ALL;
    }

    @Override
    @Nullable Outgoing nextChanges(ResourceSet current, long nowNanos) {
        if (isWaiting() || !begun) {
            return null;
        }
        ResourceSet view = cache().view(names(), current);
        ResourceSet next = type().isFullState() ? cache().union(view, held) : view;
        return owesAnswer || !next.version().equals(held.version()) ? send(next, nowNanos) : null;
    }

    @Override
    @Nullable Outgoing nextRemovals(ResourceSet current, long nowNanos) {
        if (isWaiting() || !begun) {
            return null;
        }
        ResourceSet view = cache().view(names(), current);
        return view.version().equals(held.version()) ? null : send(view, nowNanos);
    }

    private Outgoing send(ResourceSet set, long nowNanos) {
        owesAnswer = false;
        List<String> changed =
                set.all().stream()
                        .filter(one -> !one.version().equals(held.versionOf(one.name())))
                        .map(Packed::name)
                        .toList();
        held = set;
        byte[] own = ResponseCache.nonce(Variant.SOTW, nextNonce());
        byte[] body = cache().everything(set);
        return sent(new Outgoing(type().typeUrl(), body, own, changed, List.of()), nowNanos);
    }

    @Override
    long owed(ResourceSet current) {
        if (isWaiting() || !begun) {
            return 0;
        }
        ResourceSet view = cache().view(names(), current);
        boolean same = !owesAnswer && view.version().equals(held.version());
        return same ? 0 : view.octets();
    }

    @Override
    void refresh(Set<String> again) {
        owesAnswer |= again.stream().anyMatch(name -> held.find(name) != null);
    }

    @Override
    String held(String name) {
        return held.versionOf(name);
    }

    // Everything that was said, whether it was new or not.
    @Override
    List<String> judged(Outgoing what) {
        return held.all().stream().map(Packed::name).toList();
    }
}
