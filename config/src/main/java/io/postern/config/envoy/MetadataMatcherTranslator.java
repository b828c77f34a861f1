package io.postern.config.envoy;

import io.postern.config.model.MetadataMatcher;
import io.postern.config.model.MetadataMatcher.ValueMatcher;
import io.postern.config.source.Spot;
import java.util.List;

/** Translates {@code envoy.type.matcher.v3.MetadataMatcher} and the values it asks for. */
final class MetadataMatcherTranslator {
    private final MatcherTranslator texts;

    MetadataMatcherTranslator(MatcherTranslator texts) {
        this.texts = texts;
    }

    static List<MessageSupport> declared() {
        var matcher = "envoy.type.matcher.v3.";
        return List.of(
                MessageSupport.of(matcher + "MetadataMatcher")
                        .reads("filter", "path", "value", "invert"),
                MessageSupport.of(matcher + "MetadataMatcher.PathSegment").reads("key"),
                MessageSupport.of(matcher + "ValueMatcher")
                        .reads(
                                "null_match",
                                "double_match",
                                "string_match",
                                "bool_match",
                                "present_match",
                                "list_match",
                                "or_match"),
                MessageSupport.of(matcher + "ValueMatcher.NullMatch"),
                MessageSupport.of(matcher + "DoubleMatcher").reads("range", "exact"),
                MessageSupport.of("envoy.type.v3.DoubleRange").reads("start", "end"),
                MessageSupport.of(matcher + "ListMatcher").reads("one_of"),
                MessageSupport.of(matcher + "OrMatcher").reads("value_matchers"));
    }

    MetadataMatcher translate(
            io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher matcher, Spot spot) {
        return new MetadataMatcher(
                matcher.getFilter(),
                matcher.getPathList().stream().map(segment -> segment.getKey()).toList(),
                value(matcher.getValue(), spot.field("value")),
                matcher.getInvert());
    }

    private ValueMatcher value(
            io.envoyproxy.envoy.type.matcher.v3.ValueMatcher matcher, Spot spot) {
        return switch (matcher.getMatchPatternCase()) {
            case NULL_MATCH -> new ValueMatcher.IsNull();
            case DOUBLE_MATCH -> {
                var number = matcher.getDoubleMatch();
                yield number.hasRange()
                        ? new ValueMatcher.InRange(
                                number.getRange().getStart(), number.getRange().getEnd())
                        : new ValueMatcher.IsNumber(number.getExact());
            }
            case STRING_MATCH ->
                    new ValueMatcher.IsText(
                            texts.string(matcher.getStringMatch(), spot.field("string_match")));
            case BOOL_MATCH -> new ValueMatcher.IsBool(matcher.getBoolMatch());
            case PRESENT_MATCH -> new ValueMatcher.Present(matcher.getPresentMatch());
            case LIST_MATCH ->
                    new ValueMatcher.HasItem(
                            value(
                                    matcher.getListMatch().getOneOf(),
                                    spot.field("list_match").field("one_of")));
            case OR_MATCH ->
                    new ValueMatcher.AnyOf(
                            Translation.each(
                                    matcher.getOrMatch().getValueMatchersList(),
                                    spot.field("or_match").field("value_matchers"),
                                    this::value));
            case MATCHPATTERN_NOT_SET -> new ValueMatcher.Present(false); // refused before
        };
    }
}
