package io.postern.core.route;

import io.postern.config.model.RouteScopes;
import io.postern.config.model.RouteTable;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.StreamInfo;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A route table made ready for requests. Finding the virtual host costs one walk over the
 * authority, finding the route a few walks over the path, whatever the number of either.
 *
 * <p>Source of the rules: {@code envoy.config.route.v3}. Thread-safe: immutable.
 */
public final class CompiledRoutes {
    private static final RouteDecision NO_ROUTE = new RouteDecision.NoRoute();

    private final RouteTable table;
    private final List<CompiledRoute> targets;
    private final DomainTable<HostRoutes> hosts;
    private final @Nullable ScopeTable scopes;

    private CompiledRoutes(RouteTable table) {
        this.table = table;
        var collected = new ArrayList<CompiledRoute>();
        this.hosts = new RouteCompiler(table, collected).hosts();
        RouteScopes given = table.scopes();
        this.scopes =
                given == null
                        ? null
                        : new ScopeTable(given, one -> new RouteCompiler(one, collected).hosts());
        this.targets = List.copyOf(collected);
    }

    /** Compiles a table that the translator accepted. */
    public static CompiledRoutes compile(RouteTable table) {
        return new CompiledRoutes(table);
    }

    /**
     * Decides where a request goes.
     *
     * @param head after the connection manager's header rules: x-forwarded-proto must be there
     * @param random the stream's own number: chooses weighted clusters and runtime fractions
     * @param stream what is known of it; null: nothing is
     */
    public RouteDecision decide(HeaderMap head, long random, @Nullable StreamInfo stream) {
        HostRoutes host = host(head);
        return host == null ? NO_ROUTE : host.decide(head, random, stream);
    }

    private @Nullable HostRoutes host(HeaderMap head) {
        DomainTable<HostRoutes> table = hosts;
        if (scopes != null) {
            ScopeTable.Scope scope = scopes.find(head);
            if (scope == null) {
                return null;
            }
            table = scope.hosts();
        }
        int authority = head.indexOf(HeaderName.AUTHORITY);
        return authority < 0
                ? table.findWithoutAuthority()
                : table.find(
                        head.octets(), head.valueStart(authority), head.valueLength(authority));
    }

    /**
     * Of a request whose host has no virtual host: the table that more of them can be asked for;
     * null: there are no more.
     */
    public @Nullable RouteTable incompleteFor(HeaderMap head) {
        ScopeTable.Scope scope = scopes == null ? null : scopes.find(head);
        RouteTable asked = scope == null ? table : scope.table();
        return asked.more() != null && host(head) == null ? asked : null;
    }

    /** What this was made from. */
    public RouteTable table() {
        return table;
    }

    /** Everything a decision can refer to, by key. */
    public List<CompiledRoute> targets() {
        return targets;
    }

    /** Number of keys. */
    public int size() {
        return targets.size();
    }
}
