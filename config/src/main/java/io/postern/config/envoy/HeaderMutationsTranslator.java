package io.postern.config.envoy;

import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.postern.config.model.HeaderMutation;
import io.postern.config.model.HeaderMutations;
import io.postern.config.model.HeaderMutations.Addition;
import io.postern.config.model.HeaderMutations.AppendAction;
import io.postern.config.source.Spot;
import io.postern.sdk.HeaderName;
import java.util.List;

/**
 * Translates {@code request_headers_to_add} and its three siblings, which routes, virtual hosts,
 * weighted clusters and route tables have alike.
 */
final class HeaderMutationsTranslator {
    /** The four fields. */
    static final String[] FIELDS = {
        "request_headers_to_add",
        "request_headers_to_remove",
        "response_headers_to_add",
        "response_headers_to_remove"
    };

    private static final String MUTATION = "envoy.config.common.mutation_rules.v3.HeaderMutation";

    private final Translation translation;
    private final HeaderFormatParser formats;
    private final MatcherTranslator matchers;

    HeaderMutationsTranslator(Translation translation) {
        this.translation = translation;
        this.formats = new HeaderFormatParser(translation);
        this.matchers = new MatcherTranslator(translation);
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of("envoy.config.core.v3.HeaderValueOption")
                        .reads("header", "append", "append_action", "keep_empty_value"),
                MessageSupport.of("envoy.config.core.v3.HeaderValue")
                        .reads("key", "value", "raw_value"),
                MessageSupport.of(MUTATION).reads("remove", "append", "remove_on_match"),
                MessageSupport.of(MUTATION + ".RemoveOnMatch").reads("key_matcher"));
    }

    HeaderMutations translate(
            List<HeaderValueOption> requestAdditions,
            List<String> requestRemovals,
            List<HeaderValueOption> responseAdditions,
            List<String> responseRemovals,
            Spot owner) {
        return new HeaderMutations(
                additions(requestAdditions, owner.field(FIELDS[0])),
                removals(requestRemovals, owner.field(FIELDS[1])),
                additions(responseAdditions, owner.field(FIELDS[2])),
                removals(responseRemovals, owner.field(FIELDS[3])));
    }

    /** The headers to add. */
    List<Addition> additions(List<HeaderValueOption> options, Spot spot) {
        return Translation.each(options, spot, this::addition);
    }

    /** One of a list of changes. */
    HeaderMutation mutation(
            io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation mutation,
            Spot spot) {
        return switch (mutation.getActionCase()) {
            case REMOVE ->
                    new HeaderMutation.Remove(removal(mutation.getRemove(), spot.field("remove")));
            case REMOVE_ON_MATCH ->
                    new HeaderMutation.RemoveMatching(
                            matchers.string(
                                    mutation.getRemoveOnMatch().getKeyMatcher(),
                                    spot.field("remove_on_match").field("key_matcher")));
            case APPEND, ACTION_NOT_SET ->
                    new HeaderMutation.Add(addition(mutation.getAppend(), spot.field("append")));
        };
    }

    private Addition addition(HeaderValueOption option, Spot spot) {
        var header = option.getHeader();
        var at = spot.field("header");
        var name = HeaderName.of(header.getKey());
        if (name.isPseudo() || name.equals(HeaderName.HOST)) {
            translation.error(
                    at.field("key"),
                    ":-prefixed or host headers may not be modified: " + name,
                    "host_rewrite_literal and prefix_rewrite change host and path");
        }
        var raw = header.getRawValue();
        var format =
                raw.isEmpty()
                        ? formats.parse(header.getValue(), at.field("value"))
                        : formats.parse(raw.toStringUtf8(), at.field("raw_value"));
        return new Addition(name, format, action(option, spot), option.getKeepEmptyValue());
    }

    @SuppressWarnings("deprecation") // Envoy still takes append
    private AppendAction action(HeaderValueOption option, Spot spot) {
        if (option.hasAppend()) {
            if (option.getAppendActionValue() != 0) {
                translation.error(
                        spot.field("append"),
                        "both append and append_action",
                        "append is deprecated: remove it");
            }
            return option.getAppend().getValue()
                    ? AppendAction.APPEND_IF_EXISTS_OR_ADD
                    : AppendAction.OVERWRITE_IF_EXISTS_OR_ADD;
        }
        return switch (option.getAppendAction()) {
            case APPEND_IF_EXISTS_OR_ADD, UNRECOGNIZED -> AppendAction.APPEND_IF_EXISTS_OR_ADD;
            case ADD_IF_ABSENT -> AppendAction.ADD_IF_ABSENT;
            case OVERWRITE_IF_EXISTS_OR_ADD -> AppendAction.OVERWRITE_IF_EXISTS_OR_ADD;
            case OVERWRITE_IF_EXISTS -> AppendAction.OVERWRITE_IF_EXISTS;
        };
    }

    private List<HeaderName> removals(List<String> names, Spot spot) {
        return Translation.each(names, spot, this::removal);
    }

    private HeaderName removal(String text, Spot spot) {
        var name = HeaderName.of(text);
        if (name.isPseudo() || name.equals(HeaderName.HOST)) {
            translation.error(spot, ":-prefixed or host headers may not be removed");
        }
        return name;
    }
}
