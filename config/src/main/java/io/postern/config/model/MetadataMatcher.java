package io.postern.config.model;

import io.postern.sdk.Metadata;
import io.postern.sdk.MetadataValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a value of metadata has to be.
 *
 * <p>Source: {@code envoy.type.matcher.v3.MetadataMatcher}.
 *
 * @param path to the value, at least one name
 */
public record MetadataMatcher(
        String namespace, List<String> path, ValueMatcher value, boolean inverted) {
    public MetadataMatcher {
        path = List.copyOf(path);
    }

    /** Whether it is so. */
    public boolean matches(Metadata metadata) {
        return value.matches(find(metadata)) != inverted;
    }

    /** The value that is looked at; null: there is none. */
    public @Nullable MetadataValue find(Metadata metadata) {
        return metadata.find(namespace, path);
    }

    /** Source: {@code envoy.type.matcher.v3.ValueMatcher}. */
    public sealed interface ValueMatcher {
        /** {@code null}: there is no value. */
        boolean matches(@Nullable MetadataValue value);

        /** It is there and null. */
        record IsNull() implements ValueMatcher {
            @Override
            public boolean matches(@Nullable MetadataValue value) {
                return value instanceof MetadataValue.Null;
            }
        }

        /** It is there, or is not. */
        record Present(boolean wanted) implements ValueMatcher {
            @Override
            public boolean matches(@Nullable MetadataValue value) {
                return wanted && value != null;
            }
        }

        /** It is this truth. */
        record IsBool(boolean wanted) implements ValueMatcher {
            @Override
            public boolean matches(@Nullable MetadataValue value) {
                return value instanceof MetadataValue.Bool(boolean is) && is == wanted;
            }
        }

        /** It is a number from {@code start} on and below {@code end}. */
        record InRange(double start, double end) implements ValueMatcher {
            @Override
            public boolean matches(@Nullable MetadataValue value) {
                return value instanceof MetadataValue.Numeric(double is) && start <= is && is < end;
            }
        }

        /** It is this number. */
        record IsNumber(double wanted) implements ValueMatcher {
            @Override
            public boolean matches(@Nullable MetadataValue value) {
                return value instanceof MetadataValue.Numeric(double is) && is == wanted;
            }
        }

        /** It is a text that matches. */
        record IsText(StringMatcher matcher) implements ValueMatcher {
            @Override
            public boolean matches(@Nullable MetadataValue value) {
                return value instanceof MetadataValue.Text(String text) && matcher.matches(text);
            }
        }

        /** It is a list with such a value. */
        record HasItem(ValueMatcher item) implements ValueMatcher {
            @Override
            public boolean matches(@Nullable MetadataValue value) {
                return value instanceof MetadataValue.Items(var items)
                        && items.stream().anyMatch(item::matches);
            }
        }

        /** One of these is true of it. */
        record AnyOf(List<ValueMatcher> matchers) implements ValueMatcher {
            public AnyOf {
                matchers = List.copyOf(matchers);
            }

            @Override
            public boolean matches(@Nullable MetadataValue value) {
                return matchers.stream().anyMatch(one -> one.matches(value));
            }
        }
    }
}
