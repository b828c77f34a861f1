package io.postern.config;

import io.postern.config.envoy.ConfigDump;
import io.postern.config.envoy.StaticParts;
import io.postern.config.model.Bootstrap;
import io.postern.config.source.Diagnostic;
import io.postern.config.source.Findings;
import java.util.List;

/** What came of reading a configuration. */
public sealed interface LoadResult extends Findings {
    /**
     * It can be used.
     *
     * @param dump for /config_dump
     * @param parts what to put together with resources from elsewhere
     */
    record Loaded(
            Bootstrap bootstrap, List<Diagnostic> warnings, ConfigDump dump, StaticParts parts)
            implements LoadResult {
        public Loaded {
            warnings = List.copyOf(warnings);
        }

        /** The same with another bootstrap. */
        public Loaded with(Bootstrap changed) {
            return new Loaded(changed, warnings, dump, parts);
        }

        @Override
        public List<Diagnostic> errors() {
            return List.of();
        }
    }

    /**
     * It cannot.
     *
     * @param errors one or more
     */
    record Broken(List<Diagnostic> errors, List<Diagnostic> warnings) implements LoadResult {
        public Broken {
            errors = List.copyOf(errors);
            warnings = List.copyOf(warnings);
        }
    }
}
