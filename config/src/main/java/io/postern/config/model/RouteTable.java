package io.postern.config.model;

import io.postern.sdk.HeaderName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which request goes where.
 *
 * <p>Source: {@code envoy.config.route.v3.RouteConfiguration}.
 *
 * @param mostSpecificHeaderMutationsWins header mutations run table, virtual host, route instead of
 *     route, virtual host, table
 * @param ignorePortInHostMatching the port of the authority does not count when domains are matched
 * @param ignorePathParameters paths are matched up to their first semicolon
 * @param internalOnlyHeaders removed from requests that come from outside
 * @param more where virtual hosts can be asked for by name; null: these are all
 * @param scopes tables that requests take instead of this one; null: this is the table
 */
public record RouteTable(
        String name,
        List<VirtualHost> virtualHosts,
        HeaderMutations headerMutations,
        boolean mostSpecificHeaderMutationsWins,
        boolean ignorePortInHostMatching,
        boolean ignorePathParameters,
        List<HeaderName> internalOnlyHeaders,
        FilterOverrides filterOverrides,
        @Nullable ConfigSource more,
        @Nullable RouteScopes scopes) {
    public RouteTable {
        virtualHosts = List.copyOf(virtualHosts);
        internalOnlyHeaders = List.copyOf(internalOnlyHeaders);
    }

    /** One whose virtual hosts are all there. */
    public RouteTable(
            String name,
            List<VirtualHost> virtualHosts,
            HeaderMutations headerMutations,
            boolean mostSpecificHeaderMutationsWins,
            boolean ignorePortInHostMatching,
            FilterOverrides filterOverrides) {
        this(
                name,
                virtualHosts,
                headerMutations,
                mostSpecificHeaderMutationsWins,
                ignorePortInHostMatching,
                false,
                List.of(),
                filterOverrides,
                null,
                null);
    }

    /** One that only leads to others. */
    public static RouteTable scoped(String name, RouteScopes scopes) {
        return new RouteTable(
                name,
                List.of(),
                HeaderMutations.none(),
                false,
                false,
                false,
                List.of(),
                FilterOverrides.none(),
                null,
                scopes);
    }
}
