package io.postern.core;

import io.postern.config.model.LocalReplyRules;
import io.postern.core.format.FormatEnvironment;
import io.postern.core.format.OctetBuffer;
import io.postern.core.headers.MutationSet;
import io.postern.core.observe.LogFilter;
import io.postern.core.observe.LogLine;
import io.postern.sdk.HeaderMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code local_reply_config} makes of a local reply: the first mapper that matches changes
 * status, body and headers, then the body gets its format. Thread-safe: immutable; the scratch
 * buffer is the caller's.
 *
 * <p>Source: Envoy's LocalReplyImpl.
 */
final class LocalReplyRewrite {
    private final Mapper[] mappers;
    private final @Nullable Body body;

    private LocalReplyRewrite(Mapper[] mappers, @Nullable Body body) {
        this.mappers = mappers;
        this.body = body;
    }

    static LocalReplyRewrite compile(LocalReplyRules rules, FormatEnvironment environment) {
        return new LocalReplyRewrite(
                rules.mappers().stream()
                        .map(mapper -> Mapper.of(mapper, environment))
                        .toArray(Mapper[]::new),
                Body.of(rules.body(), environment));
    }

    /**
     * Changes the reply whose head and body the exchange holds.
     *
     * @return the content type of a body that was written here; null: the body is as it was
     */
    @Nullable String apply(Exchange exchange, OctetBuffer scratch) {
        HeaderMap head = exchange.responseHead();
        exchange.info.status = Status.of(head);
        Body format = body;
        String type = null;
        for (Mapper mapper : mappers) {
            if (mapper.filter.wants(exchange)) {
                type = mapper.change(exchange, head, scratch);
                format = mapper.body == null ? body : mapper.body;
                break;
            }
        }
        if (format == null) {
            return type;
        }
        scratch.clear();
        format.line.write(exchange, scratch);
        exchange.localReplyBody = scratch.toOctets();
        return format.contentType;
    }

    private record Mapper(
            LogFilter filter,
            int status,
            byte @Nullable [] text,
            @Nullable Body body,
            MutationSet headers) {
        static Mapper of(LocalReplyRules.Mapper rule, FormatEnvironment environment) {
            return new Mapper(
                    LogFilter.of(rule.filter()),
                    rule.status(),
                    rule.text(),
                    Body.of(rule.body(), environment),
                    MutationSet.of(List.of(), rule.headers(), environment));
        }

        @Nullable String change(Exchange exchange, HeaderMap head, OctetBuffer scratch) {
            if (text != null) {
                exchange.localReplyBody = text;
            }
            headers.apply(head, exchange, scratch);
            if (status != 0) {
                Status.set(head, status);
                exchange.info.status = status;
            }
            return text == null ? null : "text/plain";
        }
    }

    private record Body(LogLine line, String contentType) {
        static @Nullable Body of(LocalReplyRules.@Nullable Body body, FormatEnvironment formats) {
            return body == null
                    ? null
                    : new Body(LogLine.of(body.layout(), formats), body.contentType());
        }
    }
}
