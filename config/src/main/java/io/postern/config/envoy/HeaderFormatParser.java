package io.postern.config.envoy;

import io.postern.config.model.Format;
import io.postern.config.source.Spot;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the formats of header values, in which Envoy still takes two forms from before they were
 * the same as those of access logs: {@code %DYNAMIC_METADATA(["namespace", "key"])%} and {@code
 * %PER_REQUEST_STATE(key)%}.
 */
final class HeaderFormatParser {
    private static final Pattern LIST =
            Pattern.compile("%(UPSTREAM|DYNAMIC)_METADATA\\(\\[(.+?)\\]\\)%");
    private static final Pattern ITEM = Pattern.compile("\\s*\"([^\"\\\\]*)\"\\s*(,|$)");
    private static final Pattern STATE = Pattern.compile("%PER_REQUEST_STATE\\((.+?)\\)%");

    private final FormatParser formats;

    HeaderFormatParser(Translation translation) {
        this.formats = new FormatParser(translation);
    }

    Format parse(String text, Spot spot) {
        return text.contains("%")
                ? formats.parse(translated(text), spot)
                : formats.parse(text, spot);
    }

    private static String translated(String text) {
        String plain =
                LIST.matcher(text)
                        .replaceAll(found ->
                                Matcher.quoteReplacement(
                                        "%"
                                                + found.group(1)
                                                + "_METADATA("
                                                + path(found.group(2))
                                                + ")%"));
        return STATE.matcher(plain).replaceAll("%FILTER_STATE($1:PLAIN)%");
    }

    /** The items with colons between; as it is when it is no list of texts. */
    private static String path(String items) {
        var path = new StringBuilder();
        Matcher item = ITEM.matcher(items);
        int at = 0;
        while (at < items.length() && item.find(at) && item.start() == at) {
            path.append(path.isEmpty() ? "" : ":").append(item.group(1));
            at = item.end();
        }
        return at < items.length() ? "[" + items + "]" : path.toString();
    }
}
