package io.postern.config.envoy;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.wasm.v3.Wasm;
import io.postern.config.message.MessageTypes;
import io.postern.config.model.FilterSpec;
import io.postern.config.model.HttpFilter;
import io.postern.config.proto.opa.v1.Opa;
import io.postern.config.source.Spot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Translates the HTTP filters of a connection manager: each type URL has one line here. */
final class HttpFilterTranslator {
    private static final String ROUTER = "envoy.extensions.filters.http.router.v3.Router";

    private final Translation translation;
    private final WasmTranslator wasm;
    private final OpaTranslator opa;

    HttpFilterTranslator(Translation translation) {
        this.translation = translation;
        this.wasm = new WasmTranslator(translation);
        this.opa = new OpaTranslator(translation);
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(
                                "envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter")
                        .reads("name", "typed_config", "is_optional", "disabled"),
                MessageSupport.of("envoy.config.route.v3.FilterConfig")
                        .reads("config", "is_optional", "disabled"),
                MessageSupport.of(ROUTER)
                        .accepts("it only changes statistics", "dynamic_stats")
                        .accepts("there is no tracing yet", "start_child_span")
                        .accepts(
                                "it only changes statistics",
                                "suppress_grpc_request_failure_code_stats"));
    }

    /** The filters without the router, which must be the last one. */
    List<HttpFilter> translate(
            List<
                            io.envoyproxy.envoy.extensions.filters.network.http_connection_manager
                                    .v3.HttpFilter>
                    filters,
            Spot spot) {
        var translated = new ArrayList<HttpFilter>();
        for (int i = 0; i < filters.size(); i++) {
            var filter = filters.get(i);
            var at = spot.index(i);
            boolean last = i == filters.size() - 1;
            if (filter.getTypedConfig().getTypeUrl().isEmpty()) {
                nameOnly(filter.getName(), at);
                continue;
            }
            if (isRouter(filter.getTypedConfig()) != last) {
                terminal(filter.getName(), last, at);
            }
            if (last && filter.getDisabled()) {
                translation.error(at.field("disabled"), "the router cannot be disabled");
            }
            var spec = spec(filter.getTypedConfig(), filter.getName(), at.field("typed_config"));
            if (spec != null) {
                translated.add(new HttpFilter(filter.getName(), spec, filter.getDisabled()));
            }
        }
        if (filters.isEmpty()) {
            translation.error(
                    spot,
                    "no HTTP filters (expected: the router at least)",
                    "add {name: envoy.filters.http.router, typed_config: {\"@type\": "
                            + MessageTypes.URL_PREFIX
                            + ROUTER
                            + "}}");
        }
        return translated;
    }

    private void terminal(String name, boolean last, Spot spot) {
        if (last) {
            translation.error(
                    spot,
                    "the last HTTP filter, " + name + ", is not the router",
                    "add envoy.filters.http.router behind it");
        } else {
            translation.error(
                    spot,
                    "the router, " + name + ", is not the last HTTP filter",
                    "move it to the end of http_filters");
        }
    }

    private void nameOnly(String name, Spot spot) {
        translation.error(
                spot,
                "the filter \""
                        + name
                        + "\" has no typed_config: its \"@type\" decides, not its name",
                name.equals("envoy.filters.http.router")
                        ? "add typed_config: {\"@type\": " + MessageTypes.URL_PREFIX + ROUTER + "}"
                        : "add typed_config with an \"@type\"");
    }

    /** What a filter is configured with; null for the router and for what was refused before. */
    @Nullable FilterSpec spec(Any any, String name, Spot spot) {
        return switch (MessageTypes.nameOf(any.getTypeUrl())) {
            case WasmTranslator.TYPE ->
                    wasm.translate(Translation.unpack(any, Wasm.parser()), name, spot);
            case OpaTranslator.TYPE ->
                    opa.translate(Translation.unpack(any, Opa.parser()), name, spot);
            default -> null;
        };
    }

    boolean isRouter(Any any) {
        return Translation.is(any, ROUTER);
    }
}
