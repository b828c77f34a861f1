package io.postern.config.envoy;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.postern.config.model.RouterOptions;
import io.postern.sdk.HeaderName;
import java.util.List;

/** Translates the router, the last of the HTTP filters. */
final class RouterTranslator {
    static final String TYPE = "envoy.extensions.filters.http.router.v3.Router";

    private RouterTranslator() {}

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(TYPE)
                        .reads(
                                "suppress_envoy_headers",
                                "respect_expected_rq_timeout",
                                "strict_check_headers")
                        .accepts("it only changes statistics", "dynamic_stats")
                        .accepts("there is no tracing yet", "start_child_span")
                        .accepts(
                                "it only changes statistics",
                                "suppress_grpc_request_failure_code_stats"));
    }

    static RouterOptions translate(Any any) {
        Router router = Translation.unpack(any, Router.parser());
        return new RouterOptions(
                router.getSuppressEnvoyHeaders(),
                router.getRespectExpectedRqTimeout(),
                router.getStrictCheckHeadersList().stream().map(HeaderName::of).toList());
    }
}
