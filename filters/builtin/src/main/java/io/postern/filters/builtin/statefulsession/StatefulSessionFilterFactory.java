package io.postern.filters.builtin.statefulsession;

import io.postern.config.model.StatefulSessionSpec;
import io.postern.sdk.FilterFactory;
import io.postern.sdk.FilterScope;
import io.postern.sdk.LoadedFilter;
import java.time.Clock;

/** Makes the filters that keep sessions on their hosts. Thread-safe. */
public final class StatefulSessionFilterFactory implements FilterFactory<StatefulSessionSpec> {
    private final Clock clock;

    /** {@code clock}: tells when cookies expire. */
    public StatefulSessionFilterFactory(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Class<StatefulSessionSpec> configType() {
        return StatefulSessionSpec.class;
    }

    @Override
    public LoadedFilter load(StatefulSessionSpec config, FilterScope scope) {
        var session = SessionState.of(config.state(), clock);
        return _ -> callbacks -> new StatefulSessionFilter(session, config.strict(), callbacks);
    }
}
