package io.postern.core.listener;

import io.postern.config.model.FilterChain;
import io.postern.config.model.Listener;
import io.postern.config.model.LocalPorts;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The filter chains of one version of a listener on one worker, and the rule that chooses among
 * them. Replaced as a whole. Confined to the event loop.
 */
public final class ChainsOnWorker {
    private final boolean limited;
    private final boolean sheds;
    private final LocalPorts inspectsTls;
    private final Listener.@Nullable ProxyProtocol proxyProtocol;
    private final LocalPorts restoresDestination;
    private final Listener.FilterWait filterWait;
    private final FilterChainMatcher matcher;
    private final IdentityHashMap<FilterChain, ChainOnWorker> services = new IdentityHashMap<>();

    /** The chains of {@code listener}, each of which is in {@code services}. */
    public ChainsOnWorker(Listener listener, Iterable<ChainOnWorker> services) {
        this.limited = !listener.unlimited();
        this.sheds = !listener.bypassesOverload();
        this.inspectsTls = listener.inspectsTls();
        this.proxyProtocol = listener.proxyProtocol();
        this.restoresDestination = listener.restoresDestination();
        this.filterWait = listener.filterWait();
        this.matcher =
                new FilterChainMatcher(listener.filterChains(), listener.defaultFilterChain());
        services.forEach(service -> this.services.put(service.config(), service));
    }

    /** Null: connections do not begin with a PROXY protocol header. */
    Listener.@Nullable ProxyProtocol proxyProtocol() {
        return proxyProtocol;
    }

    /** Where the kernel knows where connections were going. */
    LocalPorts restoresDestination() {
        return restoresDestination;
    }

    /** How long whatever looks at the first octets may wait for them. */
    Listener.FilterWait filterWait() {
        return filterWait;
    }

    /** Whether connections count in the limit of all listeners. */
    boolean limited() {
        return limited;
    }

    /** Whether overload actions hold here. */
    boolean sheds() {
        return sheds;
    }

    /** Where a ClientHello is looked for. */
    LocalPorts inspectsTls() {
        return inspectsTls;
    }

    /** Null: the connection is to be closed. */
    @Nullable ChainOnWorker choose(FilterChainMatcher.Seen seen) {
        FilterChain chain = matcher.choose(seen);
        return chain == null ? null : services.get(chain);
    }
}
