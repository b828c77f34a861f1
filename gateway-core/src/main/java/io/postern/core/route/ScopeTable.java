package io.postern.core.route;

import io.postern.config.model.RouteScopes;
import io.postern.config.model.RouteScopes.Element;
import io.postern.config.model.RouteScopes.KeyPart;
import io.postern.config.model.RouteTable;
import io.postern.sdk.HeaderMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route table of a request by the key that its headers make up.
 *
 * <p>Source: {@code ScopedRoutes.ScopeKeyBuilder}. Thread-safe: immutable.
 */
final class ScopeTable {
    private final List<KeyPart> parts;
    private final Map<List<String>, Scope> byKey = new HashMap<>();

    /** A table and its hosts. */
    record Scope(RouteTable table, DomainTable<HostRoutes> hosts) {}

    ScopeTable(RouteScopes scopes, Function<RouteTable, DomainTable<HostRoutes>> compile) {
        this.parts = scopes.keyParts();
        for (RouteScopes.Scope scope : scopes.scopes()) {
            byKey.put(scope.key(), new Scope(scope.routes(), compile.apply(scope.routes())));
        }
    }

    /** Null: a header that belongs to the key is missing, or nobody has the key. */
    @Nullable Scope find(HeaderMap head) {
        List<String> key = new ArrayList<>(parts.size());
        for (KeyPart part : parts) {
            int index = head.indexOf(part.header());
            String value = index < 0 ? null : element(part, head.valueUtf8(index));
            if (value == null) {
                return null;
            }
            key.add(value);
        }
        return byKey.get(key);
    }

    private static @Nullable String element(KeyPart part, String value) {
        String separator = part.separator();
        int start = 0;
        for (int i = 0; start <= value.length(); i++) {
            int end = separator.isEmpty() ? -1 : value.indexOf(separator, start);
            int stop = end < 0 ? value.length() : end;
            String found = match(part.element(), i, value.substring(start, stop));
            if (found != null) {
                return found;
            }
            start = end < 0 ? value.length() + 1 : end + separator.length();
        }
        return null;
    }

    private static @Nullable String match(Element wanted, int index, String element) {
        return switch (wanted) {
            case Element.At(int at) -> index == at ? element : null;
            case Element.Named(String separator, String key) -> {
                int end = separator.isEmpty() ? -1 : element.indexOf(separator);
                String name = end < 0 ? element : element.substring(0, end);
                yield !name.equals(key)
                        ? null
                        : end < 0 ? "" : element.substring(end + separator.length());
            }
        };
    }
}
