package io.postern.core.filter;

import io.postern.config.model.FilterSpec;
import io.postern.core.rollout.Rollouts;
import io.postern.sdk.FilterFactory;
import io.postern.sdk.FilterLoadException;
import io.postern.sdk.FilterScope;
import io.postern.sdk.LoadedFilter;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The filter factories that {@code Assembly} listed, by configuration type, the one that needs no
 * list, and the rollouts that are under way. Thread-safe.
 */
public final class FilterRegistry {
    private final Map<Class<?>, FilterFactory<?>> factories;
    private final Rollouts rollouts;

    /** One factory per configuration type; nobody hears of rollouts. */
    public FilterRegistry(List<FilterFactory<?>> factories) {
        this(factories, new Rollouts((_, _) -> {}));
    }

    /** One factory per configuration type. */
    public FilterRegistry(List<FilterFactory<?>> factories, Rollouts rollouts) {
        this.rollouts = rollouts;
        this.factories =
                Stream.concat(factories.stream(), Stream.of(new MissingFilterFactory()))
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        FilterFactory::configType, Function.identity()));
    }

    /** Filters of which two versions are live. */
    public Rollouts rollouts() {
        return rollouts;
    }

    /**
     * Loads a filter; control thread.
     *
     * @throws FilterLoadException when it cannot work
     */
    public LoadedFilter load(FilterSpec spec, FilterScope scope) {
        FilterFactory<?> factory = factories.get(spec.getClass());
        if (factory == null) {
            throw new FilterLoadException(
                    "filter '"
                            + scope.filterName()
                            + "': no factory for "
                            + spec.typeName()
                            + " (expected: one in Assembly's list)");
        }
        return load(factory, spec, scope);
    }

    private static <C> LoadedFilter load(
            FilterFactory<C> factory, FilterSpec spec, FilterScope scope) {
        return factory.load(factory.configType().cast(spec), scope);
    }
}
