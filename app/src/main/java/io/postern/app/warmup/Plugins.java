package io.postern.app.warmup;

import io.postern.config.model.DataSource;
import io.postern.config.model.FilterChain;
import io.postern.config.model.FilterSpec;
import io.postern.config.model.HttpFilter;
import io.postern.config.model.Listener;
import io.postern.config.model.OpaSpec;
import io.postern.config.model.WasmSpec;
import io.postern.sdk.FilterFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The plugins and policies of a gateway whose code is compiled before clients come: small ones that
 * are on this machine. Large ones have a warm-up of their own.
 *
 * @param factories make what leaves no traces of requests that nobody made
 * @param chains of filters, as a request passes them
 */
public record Plugins(List<FilterFactory<?>> factories, List<List<HttpFilter>> chains) {
    /** Nothing but the gateway's own code. */
    public static final Plugins NONE = new Plugins(List.of(), List.of());

    private static final int MOST_CHAINS = 3;
    private static final long MOST_OCTETS = 1024 * 1024;

    public Plugins {
        factories = List.copyOf(factories);
        chains = List.copyOf(chains);
    }

    /** Those on the listeners' HTTP filter chains, up to {@value #MOST_CHAINS} different ones. */
    public static Plugins of(List<Listener> listeners, List<FilterFactory<?>> factories) {
        return new Plugins(
                factories,
                listeners.stream()
                        .flatMap(Plugins::chains)
                        .filter(chain -> chain.tcp() == null)
                        .map(chain ->
                                chain.http().filters().stream()
                                        .filter(filter -> !filter.disabled())
                                        .filter(filter -> isSmall(filter.spec()))
                                        .toList())
                        .filter(filters -> !filters.isEmpty())
                        .distinct()
                        .limit(MOST_CHAINS)
                        .toList());
    }

    private static Stream<FilterChain> chains(Listener listener) {
        return Stream.concat(
                listener.filterChains().stream(), Stream.ofNullable(listener.defaultFilterChain()));
    }

    private static boolean isSmall(FilterSpec spec) {
        return switch (spec) {
            case WasmSpec plugin ->
                    plugin.vm().code() instanceof WasmSpec.Code.Local(DataSource code)
                            && isSmall(code);
            case OpaSpec policy -> policy.policy() instanceof DataSource code && isSmall(code);
            default -> false;
        };
    }

    private static boolean isSmall(DataSource code) {
        return switch (code) {
            case DataSource.Inline(byte[] octets) -> octets.length <= MOST_OCTETS;
            case DataSource.LocalFile(String path) -> isSmall(path);
        };
    }

    private static boolean isSmall(String path) {
        try {
            return Files.size(Path.of(path)) <= MOST_OCTETS;
        } catch (IOException | InvalidPathException _) {
            return false;
        }
    }
}
