package io.postern.config.model;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are here.
 *
 * <p>Source: {@code envoy.config.core.v3.DataSource}.
 */
public sealed interface DataSource extends AsyncDataSource {
    /** A file; a relative path starts at the working directory, as in Envoy. */
    record LocalFile(String path) implements DataSource {}

    /** The bytes themselves. */
    record Inline(byte[] bytes) implements DataSource {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Inline(byte[] those) && Arrays.equals(bytes, those);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }
}
