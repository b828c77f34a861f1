package io.postern.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.RouteScopes;
import io.postern.config.model.RouteScopes.Element;
import io.postern.config.model.RouteScopes.KeyPart;
import io.postern.config.model.RouteScopes.Scope;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which scope a request falls into. */
class ScopeTableTest {
    private static final HeaderName HEADER = HeaderName.of("x-scope");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // separator, element, header, key that is found
                "''|0|blue|blue",
                "''|0|a,b|'a,b'",
                ",|0|a,b|a",
                ",|1|a,b|b",
                ",|1|a,|''",
                ",|2|a,b|-",
                ";|k=|v=1;k=2;k=3|2",
                ";|k=|k|''",
                ";|k=|kk=1|-",
                ";|k=|''|-",
                "''|k=|k=2|2",
            })
    void aKeyIsMadeOfHeaders(String separator, String element, String header, String expected) {
        // Given
        Element wanted =
                Character.isDigit(element.charAt(0))
                        ? new Element.At(Integer.parseInt(element))
                        : new Element.Named("=", element.substring(0, element.length() - 1));
        var table = table(List.of(new KeyPart(HEADER, separator, wanted)), List.of(expected));
        // When
        var found = table.find(HeaderMap.of(":path", "/", "x-scope", header));
        // Then
        assertThat(found != null).isEqualTo(!expected.equals("-"));
    }

    @ParameterizedTest
    @CsvSource({"a,b,true", "b,a,false", "a,,false"})
    void everyPartHasToMatch(String one, @Nullable String other, boolean found) {
        // Given
        var at = new Element.At(0);
        var parts =
                List.of(new KeyPart(HEADER, "", at), new KeyPart(HeaderName.of("x-other"), "", at));
        var head = HeaderMap.of(":path", "/", "x-scope", one);
        if (other != null) {
            head.add("x-other", other);
        }
        // When
        var scope = table(parts, List.of("a", "b")).find(head);
        // Then
        assertThat(scope != null).isEqualTo(found);
    }

    private static ScopeTable table(List<KeyPart> parts, List<String> key) {
        var routes = RouteTables.table();
        return new ScopeTable(
                new RouteScopes(parts, List.of(new Scope("s", key, routes))),
                one -> new RouteCompiler(one, new ArrayList<>()).hosts());
    }
}
