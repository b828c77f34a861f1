package io.postern.filters.opa.builtin;

import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A layout of Go's {@code time} package: the reference time {@code Mon Jan 2 15:04:05 MST 2006} in
 * the wanted shape. Thread-safe: immutable.
 */
final class GoTimeLayout {
    private static final Map<String, String> NAMED =
            Map.of(
                    "ANSIC", "Mon Jan _2 15:04:05 2006",
                    "UnixDate", "Mon Jan _2 15:04:05 MST 2006",
                    "RubyDate", "Mon Jan 02 15:04:05 -0700 2006",
                    "RFC822", "02 Jan 06 15:04 MST",
                    "RFC822Z", "02 Jan 06 15:04 -0700",
                    "RFC850", "Monday, 02-Jan-06 15:04:05 MST",
                    "RFC1123", "Mon, 02 Jan 2006 15:04:05 MST",
                    "RFC1123Z", "Mon, 02 Jan 2006 15:04:05 -0700",
                    "RFC3339", "2006-01-02T15:04:05Z07:00",
                    "RFC3339Nano", "2006-01-02T15:04:05.999999999Z07:00");

    private final List<GoTimeElement> elements;

    private GoTimeLayout(List<GoTimeElement> elements) {
        this.elements = List.copyOf(elements);
    }

    /** The layout of a name such as RFC1123, or the text itself. */
    static GoTimeLayout of(String nameOrLayout) {
        String layout = NAMED.getOrDefault(nameOrLayout, nameOrLayout);
        var elements = new ArrayList<GoTimeElement>();
        int at = 0;
        while (at < layout.length()) {
            var element = GoTimeElement.at(layout, at);
            elements.add(element);
            at += element.text().length();
        }
        return new GoTimeLayout(elements);
    }

    String format(ZonedDateTime time) {
        var out = new StringBuilder();
        for (var element : elements) {
            element.format(time, out);
        }
        return out.toString();
    }

    Instant parse(String text) {
        var fields = new GoTimeFields(text);
        for (int i = 0; i < elements.size(); i++) {
            var following = i + 1 < elements.size() ? elements.get(i + 1) : null;
            elements.get(i).parse(fields, following);
        }
        return fields.instant();
    }
}
