package io.postern.config.envoy;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSession;
import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute;
import io.envoyproxy.envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState;
import io.envoyproxy.envoy.extensions.http.stateful_session.header.v3.HeaderBasedSessionState;
import io.envoyproxy.envoy.type.http.v3.Cookie;
import io.postern.config.model.NewCookie;
import io.postern.config.model.StatefulSessionSpec;
import io.postern.config.model.StatefulSessionSpec.State;
import io.postern.config.source.Spot;
import io.postern.sdk.HeaderName;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Translates the filter that keeps sessions on their hosts. */
final class StatefulSessionTranslator {
    static final String PER_ROUTE =
            "envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute";
    private static final String STATES = "envoy.extensions.http.stateful_session.";
    private static final String COOKIE = STATES + "cookie.v3.CookieBasedSessionState";
    private static final String HEADER = STATES + "header.v3.HeaderBasedSessionState";

    private final Translation translation;

    StatefulSessionTranslator(Translation translation) {
        this.translation = translation;
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(StatefulSessionSpec.TYPE)
                        .reads("session_state", "strict")
                        .accepts("it only names statistics", "stat_prefix"),
                MessageSupport.of(PER_ROUTE).reads("disabled", "stateful_session"),
                MessageSupport.of(COOKIE).reads("cookie"),
                MessageSupport.of("envoy.type.http.v3.Cookie")
                        .reads("name", "ttl", "path", "attributes"),
                MessageSupport.of("envoy.type.http.v3.CookieAttribute").reads("name", "value"),
                MessageSupport.of(HEADER).reads("name"));
    }

    StatefulSessionSpec filter(StatefulSession session, Spot spot) {
        return new StatefulSessionSpec(
                session.hasSessionState()
                        ? state(
                                session.getSessionState().getTypedConfig(),
                                spot.field("session_state").field("typed_config"))
                        : null,
                session.getStrict());
    }

    StatefulSessionSpec perRoute(StatefulSessionPerRoute route, Spot spot) {
        return route.getDisabled()
                ? new StatefulSessionSpec(null, false)
                : filter(route.getStatefulSession(), spot.field("stateful_session"));
    }

    private @Nullable State state(Any any, Spot spot) {
        if (Translation.is(any, COOKIE)) {
            var state = Translation.unpack(any, CookieBasedSessionState.parser());
            return new State.InCookie(cookie(state.getCookie(), spot.field("cookie")));
        }
        if (Translation.is(any, HEADER)) {
            var state = Translation.unpack(any, HeaderBasedSessionState.parser());
            return new State.InHeader(HeaderName.of(state.getName()));
        }
        translation.error(
                spot, "this keeps no sessions (expected: a " + COOKIE + " or a " + HEADER + ")");
        return null;
    }

    private NewCookie cookie(Cookie cookie, Spot spot) {
        return new NewCookie(
                cookie.getName(),
                translation.duration(
                        cookie.hasTtl(), cookie.getTtl(), Duration.ZERO, spot.field("ttl")),
                cookie.getPath(),
                cookie.getAttributesList().stream()
                        .map(attribute ->
                                HashPolicyTranslator.attribute(
                                        attribute.getName(), attribute.getValue()))
                        .toList());
    }
}
