package io.postern.config.envoy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.postern.config.model.HeaderMatcher;
import io.postern.config.model.QueryParameterMatcher;
import io.postern.config.model.StringMatcher;
import io.postern.config.source.Spot;
import io.postern.sdk.HeaderName;
import java.util.List;

/** Translates string, regex, header and query parameter matchers. */
final class MatcherTranslator {
    private final Translation translation;

    MatcherTranslator(Translation translation) {
        this.translation = translation;
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of("envoy.type.matcher.v3.StringMatcher")
                        .reads(
                                "exact",
                                "prefix",
                                "suffix",
                                "safe_regex",
                                "contains",
                                "ignore_case"),
                MessageSupport.of("envoy.type.matcher.v3.RegexMatcher")
                        .reads("regex")
                        .accepts("RE2 syntax is the only one", "google_re2"),
                MessageSupport.of("envoy.type.matcher.v3.RegexMatchAndSubstitute")
                        .reads("pattern", "substitution"),
                MessageSupport.of("envoy.type.v3.Int64Range").reads("start", "end"),
                MessageSupport.of("envoy.config.route.v3.QueryParameterMatcher")
                        .reads("name", "string_match", "present_match"),
                MessageSupport.of("envoy.config.route.v3.HeaderMatcher")
                        .reads(
                                "name",
                                "exact_match",
                                "safe_regex_match",
                                "range_match",
                                "present_match",
                                "prefix_match",
                                "suffix_match",
                                "contains_match",
                                "string_match",
                                "invert_match",
                                "treat_missing_header_as_empty"));
    }

    StringMatcher string(io.envoyproxy.envoy.type.matcher.v3.StringMatcher matcher, Spot spot) {
        boolean ignoreCase = matcher.getIgnoreCase();
        return switch (matcher.getMatchPatternCase()) {
            case EXACT -> new StringMatcher.Exact(matcher.getExact(), ignoreCase);
            case PREFIX -> new StringMatcher.Prefix(matcher.getPrefix(), ignoreCase);
            case SUFFIX -> new StringMatcher.Suffix(matcher.getSuffix(), ignoreCase);
            case CONTAINS -> new StringMatcher.Contains(matcher.getContains(), ignoreCase);
            case SAFE_REGEX -> regex(matcher.getSafeRegex(), ignoreCase, spot);
            case CUSTOM, MATCHPATTERN_NOT_SET -> new StringMatcher.Exact("", false);
        };
    }

    private StringMatcher regex(RegexMatcher regex, boolean ignoreCase, Spot spot) {
        if (ignoreCase) {
            translation.error(
                    spot.field("ignore_case"),
                    "ignore_case does nothing to safe_regex",
                    "begin the regex with (?i)");
        }
        return new StringMatcher.Regex(pattern(regex, spot.field("safe_regex")));
    }

    /** An RE2 pattern; one that matches nothing after an error. */
    Pattern pattern(RegexMatcher matcher, Spot spot) {
        try {
            return Pattern.compile(matcher.getRegex());
        } catch (PatternSyntaxException e) {
            translation.error(
                    spot.field("regex"),
                    "not an RE2 regular expression: " + e.getMessage(),
                    "RE2 has no look-around and no back references");
            return Pattern.compile("[^\\x00-\\x{10FFFF}]");
        }
    }

    /** The substitution of a rewrite, whose groups must exist in {@code pattern}. */
    String substitution(String substitution, Pattern pattern, Spot spot) {
        for (int i = 0; i + 1 < substitution.length(); i++) {
            if (substitution.charAt(i) != '\\') {
                continue;
            }
            char next = substitution.charAt(++i);
            if (next >= '0' && next <= '9' && next - '0' > pattern.groupCount()) {
                translation.error(
                        spot.field("substitution"),
                        "group \\" + next + " of a pattern with " + pattern.groupCount(),
                        "groups are counted by their opening parentheses, from \\1");
            }
        }
        return substitution;
    }

    List<HeaderMatcher> headers(
            List<io.envoyproxy.envoy.config.route.v3.HeaderMatcher> matchers, Spot spot) {
        return Translation.each(matchers, spot, this::header);
    }

    HeaderMatcher header(io.envoyproxy.envoy.config.route.v3.HeaderMatcher matcher, Spot spot) {
        return new HeaderMatcher(
                HeaderName.ofRequest(matcher.getName()),
                rule(matcher, spot),
                matcher.getInvertMatch(),
                matcher.getTreatMissingHeaderAsEmpty());
    }

    @SuppressWarnings("deprecation") // Envoy still takes exact_match and its like
    private HeaderMatcher.Rule rule(
            io.envoyproxy.envoy.config.route.v3.HeaderMatcher matcher, Spot spot) {
        return switch (matcher.getHeaderMatchSpecifierCase()) {
            case EXACT_MATCH -> value(new StringMatcher.Exact(matcher.getExactMatch(), false));
            case PREFIX_MATCH -> value(new StringMatcher.Prefix(matcher.getPrefixMatch(), false));
            case SUFFIX_MATCH -> value(new StringMatcher.Suffix(matcher.getSuffixMatch(), false));
            case CONTAINS_MATCH ->
                    value(new StringMatcher.Contains(matcher.getContainsMatch(), false));
            case SAFE_REGEX_MATCH ->
                    value(
                            new StringMatcher.Regex(
                                    pattern(
                                            matcher.getSafeRegexMatch(),
                                            spot.field("safe_regex_match"))));
            case STRING_MATCH ->
                    value(string(matcher.getStringMatch(), spot.field("string_match")));
            case RANGE_MATCH ->
                    new HeaderMatcher.Rule.Range(
                            matcher.getRangeMatch().getStart(), matcher.getRangeMatch().getEnd());
            case PRESENT_MATCH -> new HeaderMatcher.Rule.Present(matcher.getPresentMatch());
            case HEADERMATCHSPECIFIER_NOT_SET -> new HeaderMatcher.Rule.Present(true);
        };
    }

    private static HeaderMatcher.Rule value(StringMatcher matcher) {
        return new HeaderMatcher.Rule.Value(matcher);
    }

    QueryParameterMatcher queryParameter(
            io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher matcher, Spot spot) {
        var rule =
                switch (matcher.getQueryParameterMatchSpecifierCase()) {
                    case STRING_MATCH ->
                            new QueryParameterMatcher.Rule.Value(
                                    string(matcher.getStringMatch(), spot.field("string_match")));
                    case PRESENT_MATCH ->
                            new QueryParameterMatcher.Rule.Present(matcher.getPresentMatch());
                    case QUERYPARAMETERMATCHSPECIFIER_NOT_SET ->
                            new QueryParameterMatcher.Rule.Present(true);
                };
        return new QueryParameterMatcher(matcher.getName(), rule);
    }
}
