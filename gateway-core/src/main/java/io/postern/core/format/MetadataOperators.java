package io.postern.core.format;

import io.postern.sdk.Metadata;
import io.postern.sdk.MetadataSource;
import io.postern.sdk.MetadataValue;
import io.postern.sdk.StreamInfo;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Operators that show metadata: {@code %DYNAMIC_METADATA(namespace:key:key)%}. Texts are shown as
 * they are, everything else as JSON. Thread-safe: pure functions.
 *
 * <p>Source: Envoy 1.40, "Access Logging: command operators".
 */
final class MetadataOperators {
    private MetadataOperators() {}

    static @Nullable Operator of(String name, String argument) {
        return switch (name) {
            case "DYNAMIC_METADATA" -> value(StreamInfo::dynamicMetadata, argument);
            case "CLUSTER_METADATA" -> value(of(MetadataSource.CLUSTER), argument);
            case "UPSTREAM_METADATA" -> value(of(MetadataSource.UPSTREAM_HOST), argument);
            case "METADATA" -> {
                int colon = argument.indexOf(':');
                var source = source(colon < 0 ? argument : argument.substring(0, colon));
                String path = colon < 0 ? "" : argument.substring(colon + 1);
                yield source == null ? (_, _) -> false : value(source, path);
            }
            default -> null;
        };
    }

    // The translator has refused other types.
    private static @Nullable Function<StreamInfo, Metadata> source(String type) {
        return switch (type) {
            case "DYNAMIC" -> StreamInfo::dynamicMetadata;
            case "CLUSTER" -> of(MetadataSource.CLUSTER);
            case "ROUTE" -> of(MetadataSource.ROUTE);
            case "VIRTUAL_HOST" -> of(MetadataSource.VIRTUAL_HOST);
            case "UPSTREAM_HOST" -> of(MetadataSource.UPSTREAM_HOST);
            case "LISTENER" -> of(MetadataSource.LISTENER);
            case "LISTENER_FILTER_CHAIN" -> of(MetadataSource.FILTER_CHAIN);
            default -> null;
        };
    }

    private static Function<StreamInfo, Metadata> of(MetadataSource source) {
        return info -> info.metadata(source);
    }

    private static Operator value(Function<StreamInfo, Metadata> source, String argument) {
        List<String> path = Arrays.asList(argument.split(":", -1));
        return new Value(source, path.getFirst(), path.subList(1, path.size()));
    }

    private record Value(Function<StreamInfo, Metadata> source, String namespace, List<String> path)
            implements Operator {
        private @Nullable MetadataValue find(StreamView view) {
            return source.apply(view.streamInfo()).find(namespace, path);
        }

        @Override
        public boolean write(StreamView view, OctetBuffer out) {
            return switch (find(view)) {
                case null -> false;
                case MetadataValue.Null _ -> false;
                case MetadataValue.Text(String text) -> {
                    out.appendUtf8(text);
                    yield true;
                }
                case MetadataValue other -> {
                    MetadataJson.write(other, out);
                    yield true;
                }
            };
        }

        @Override
        public boolean writeJson(StreamView view, int maxLength, OctetBuffer out) {
            return switch (find(view)) {
                case null -> false;
                case MetadataValue.Text _ -> Operator.super.writeJson(view, maxLength, out);
                case MetadataValue other -> {
                    MetadataJson.write(other, out);
                    yield true;
                }
            };
        }
    }
}
