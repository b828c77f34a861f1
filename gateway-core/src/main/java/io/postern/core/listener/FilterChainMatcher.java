package io.postern.core.listener;

import io.postern.config.model.FilterChain;
import io.postern.config.model.FilterChain.CidrRange;
import io.postern.config.model.FilterChain.Match;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the filter chain of a connection in Envoy's order: destination port, destination address,
 * server name, transport protocol, application protocols, direct source, kind of source, source
 * address and port; at each step only the most specific chains stay in the race.
 *
 * <p>Source: {@code envoy.config.listener.v3.FilterChainMatch}. Thread-safe: immutable.
 */
public final class FilterChainMatcher {
    private static final int NO_MATCH = -1;

    private final List<FilterChain> chains;
    private final @Nullable FilterChain otherwise;

    /** Chooses among {@code chains}; {@code otherwise} serves what none matches. */
    public FilterChainMatcher(List<FilterChain> chains, @Nullable FilterChain otherwise) {
        this.chains = List.copyOf(chains);
        this.otherwise = otherwise;
    }

    /**
     * What is known about a connection before it is served.
     *
     * @param directRemote the peer, whatever a PROXY header says
     * @param serverName lower-case SNI; empty without one
     * @param transportProtocol {@code tls} or {@code raw_buffer}
     */
    public record Seen(
            SocketAddress local,
            SocketAddress remote,
            SocketAddress directRemote,
            String serverName,
            String transportProtocol,
            List<String> applicationProtocols) {}

    /** The chain for the connection, or null: it is to be closed. */
    public @Nullable FilterChain choose(Seen seen) {
        List<FilterChain> left = chains;
        left = best(left, match -> port(match, seen));
        left = best(left, match -> prefix(match.prefixRanges(), seen.local()));
        left = best(left, match -> serverName(match, seen));
        left = best(left, match -> transport(match, seen));
        left = best(left, match -> applicationProtocol(match, seen));
        left = best(left, match -> prefix(match.directSourcePrefixRanges(), seen.directRemote()));
        left = best(left, match -> sourceType(match, seen));
        left = best(left, match -> prefix(match.sourcePrefixRanges(), seen.remote()));
        left = best(left, match -> sourcePort(match, seen));
        return left.isEmpty() ? otherwise : left.getFirst();
    }

    private static List<FilterChain> best(List<FilterChain> from, ToIntFunction<Match> score) {
        int highest = 0;
        List<FilterChain> result = new ArrayList<>();
        for (FilterChain chain : from) {
            int reached = score.applyAsInt(chain.match());
            if (reached > highest) {
                highest = reached;
                result.clear();
            }
            if (reached != NO_MATCH && reached == highest) {
                result.add(chain);
            }
        }
        return result;
    }

    private static int port(Match match, Seen seen) {
        if (match.destinationPort() == 0) {
            return 0;
        }
        boolean same =
                seen.local() instanceof InetSocketAddress inet
                        && inet.getPort() == match.destinationPort();
        return same ? 1 : NO_MATCH;
    }

    private static int serverName(Match match, Seen seen) {
        if (match.serverNames().isEmpty()) {
            return 0;
        }
        int reached = NO_MATCH;
        for (String pattern : match.serverNames()) {
            String name = pattern.toLowerCase(Locale.ROOT);
            if (name.equals(seen.serverName())) {
                return Integer.MAX_VALUE;
            }
            if (name.startsWith("*.") && seen.serverName().endsWith(name.substring(1))) {
                reached = Math.max(reached, name.length());
            }
        }
        return reached;
    }

    private static int transport(Match match, Seen seen) {
        if (match.transportProtocol().isEmpty()) {
            return 0;
        }
        return match.transportProtocol().equals(seen.transportProtocol()) ? 1 : NO_MATCH;
    }

    private static int applicationProtocol(Match match, Seen seen) {
        if (match.applicationProtocols().isEmpty()) {
            return 0;
        }
        for (String offered : seen.applicationProtocols()) {
            if (match.applicationProtocols().contains(offered)) {
                return 1;
            }
        }
        return NO_MATCH;
    }

    private static int sourceType(Match match, Seen seen) {
        return switch (match.sourceType()) {
            case ANY -> 0;
            case LOCAL -> isLocal(seen) ? 1 : NO_MATCH;
            case EXTERNAL -> isLocal(seen) ? NO_MATCH : 1;
        };
    }

    private static boolean isLocal(Seen seen) {
        return !(seen.remote() instanceof InetSocketAddress from)
                || from.getAddress().isLoopbackAddress()
                || (seen.local() instanceof InetSocketAddress to
                        && from.getAddress().equals(to.getAddress()));
    }

    private static int sourcePort(Match match, Seen seen) {
        if (match.sourcePorts().isEmpty()) {
            return 0;
        }
        return seen.remote() instanceof InetSocketAddress inet
                        && match.sourcePorts().contains(inet.getPort())
                ? 1
                : NO_MATCH;
    }

    private static int prefix(List<CidrRange> ranges, SocketAddress address) {
        if (ranges.isEmpty()) {
            return 0;
        }
        int reached = NO_MATCH;
        if (address instanceof InetSocketAddress inet) {
            for (CidrRange range : ranges) {
                if (contains(range, inet.getAddress())) {
                    reached = Math.max(reached, range.prefixLength() + 1);
                }
            }
        }
        return reached;
    }

    private static boolean contains(CidrRange range, InetAddress address) {
        byte[] prefix = InetAddress.ofLiteral(range.addressPrefix()).getAddress();
        byte[] octets = address.getAddress();
        if (prefix.length != octets.length) {
            return false;
        }
        for (int bit = 0; bit < range.prefixLength(); bit++) {
            int mask = 0x80 >> (bit & 7);
            if (((prefix[bit >> 3] ^ octets[bit >> 3]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }
}
