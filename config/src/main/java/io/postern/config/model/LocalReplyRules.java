package io.postern.config.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is made of the answers that the gateway gives itself: the first mapper whose filter matches
 * changes them, then the body gets its format.
 *
 * <p>Source: {@code LocalReplyConfig} of {@code
 * envoy.extensions.filters.network.http_connection_manager.v3}.
 *
 * @param body of replies whose mapper has none of its own; null: the body as it is
 */
public record LocalReplyRules(List<Mapper> mappers, @Nullable Body body) {
    public LocalReplyRules {
        mappers = List.copyOf(mappers);
    }

    /** Nothing is changed. */
    public static LocalReplyRules none() {
        return new LocalReplyRules(List.of(), null);
    }

    /**
     * One of the rules.
     *
     * @param status 0: stays
     * @param text the body instead of the given one; null: stays
     * @param body null: see {@link LocalReplyRules}
     */
    public record Mapper(
            AccessLog.Filter filter,
            int status,
            byte @Nullable [] text,
            @Nullable Body body,
            List<HeaderMutations.Addition> headers) {
        public Mapper {
            headers = List.copyOf(headers);
        }
    }

    /** How a body is written; {@code %LOCAL_REPLY_BODY%} is what it was before. */
    public record Body(AccessLog.Layout layout, String contentType) {}
}
