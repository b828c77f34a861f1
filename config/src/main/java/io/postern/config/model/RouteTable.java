package io.postern.config.model;

import java.util.List;

/**
 * Which request goes where.
 *
 * <p>Source: {@code envoy.config.route.v3.RouteConfiguration}.
 *
 * @param mostSpecificHeaderMutationsWins header mutations run table, virtual host, route instead of
 *     route, virtual host, table
 * @param ignorePortInHostMatching the port of the authority does not count when domains are matched
 */
public record RouteTable(
        String name,
        List<VirtualHost> virtualHosts,
        HeaderMutations headerMutations,
        boolean mostSpecificHeaderMutationsWins,
        boolean ignorePortInHostMatching,
        FilterOverrides filterOverrides) {
    public RouteTable {
        virtualHosts = List.copyOf(virtualHosts);
    }
}
