package io.postern.config.envoy;

import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper;
import io.postern.config.model.AccessLog;
import io.postern.config.model.LocalReplyRules;
import io.postern.config.model.LocalReplyRules.Body;
import io.postern.config.model.LocalReplyRules.Mapper;
import io.postern.config.source.Spot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Translates {@code local_reply_config} of the connection manager. */
final class LocalReplyTranslator {
    private static final String MANAGER =
            "envoy.extensions.filters.network.http_connection_manager.v3.";

    private final AccessLogTranslator accessLogs;
    private final HeaderMutationsTranslator headers;
    private final CommonTranslator common;

    LocalReplyTranslator(Translation translation) {
        this.accessLogs = new AccessLogTranslator(translation);
        this.headers = new HeaderMutationsTranslator(translation);
        this.common = new CommonTranslator(translation);
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(MANAGER + "LocalReplyConfig").reads("mappers", "body_format"),
                MessageSupport.of(MANAGER + "ResponseMapper")
                        .reads(
                                "filter",
                                "status_code",
                                "body",
                                "body_format_override",
                                "headers_to_add"));
    }

    LocalReplyRules translate(LocalReplyConfig config, Spot spot) {
        return new LocalReplyRules(
                Translation.each(config.getMappersList(), spot.field("mappers"), this::mapper),
                config.hasBodyFormat()
                        ? body(config.getBodyFormat(), spot.field("body_format"))
                        : null);
    }

    private Mapper mapper(ResponseMapper mapper, Spot spot) {
        return new Mapper(
                accessLogs.filter(mapper.getFilter(), spot.field("filter")),
                mapper.getStatusCode().getValue(),
                text(mapper, spot.field("body")),
                mapper.hasBodyFormatOverride()
                        ? body(mapper.getBodyFormatOverride(), spot.field("body_format_override"))
                        : null,
                headers.additions(mapper.getHeadersToAddList(), spot.field("headers_to_add")));
    }

    private byte @Nullable [] text(ResponseMapper mapper, Spot spot) {
        return mapper.hasBody()
                ? common.bytes(common.dataSource(mapper.getBody(), spot), spot)
                : null;
    }

    private Body body(SubstitutionFormatString format, Spot spot) {
        var layout = accessLogs.layout(format, spot);
        var usual = layout instanceof AccessLog.Layout.Json ? "application/json" : "text/plain";
        return new Body(
                layout, format.getContentType().isEmpty() ? usual : format.getContentType());
    }
}
