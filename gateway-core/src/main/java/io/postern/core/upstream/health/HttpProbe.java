package io.postern.core.upstream.health;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.postern.config.model.HealthCheck.Header;
import io.postern.config.model.HealthCheck.Probe.Http;
import io.postern.config.model.HealthCheck.Statuses;
import io.postern.config.model.StringMatcher;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.util.List;
import java.util.Locale;

/** A request whose status, and perhaps body, says how the host is. Confined to the event loop. */
final class HttpProbe extends StreamProbe {
    private static final HeaderName DEGRADED = HeaderName.of("x-envoy-degraded");
    private static final HeaderName LEAVE_ME = HeaderName.of("x-envoy-immediate-health-check-fail");
    private static final HeaderName CHECKED_CLUSTER =
            HeaderName.of("x-envoy-upstream-healthchecked-cluster");

    private final Http config;
    private final HealthChecker checker;
    private final HeaderMap head;

    HttpProbe(Http config, HealthChecker checker, ProbeTarget target) {
        super(checker, target, config.http2(), config.bodyLimitBytes());
        this.config = config;
        this.checker = checker;
        this.head = head(target);
    }

    private HeaderMap head(ProbeTarget target) {
        String host = config.host().isEmpty() ? checker.cluster() : config.host();
        HeaderMap made =
                HeaderMap.of(
                        ":method",
                        config.method(),
                        ":path",
                        config.path(),
                        ":authority",
                        target.authority().isEmpty() ? host : target.authority(),
                        ":scheme",
                        "http",
                        "user-agent",
                        "Envoy/HC");
        if (config.send().length > 0) {
            made.add("content-length", Integer.toString(config.send().length));
        }
        for (HeaderName removed : config.removals()) {
            made.remove(removed);
        }
        for (Header added : config.headers()) {
            add(made, added);
        }
        return made;
    }

    static void add(HeaderMap head, Header added) {
        boolean known = head.contains(added.name());
        switch (added.action()) {
            case APPEND_IF_EXISTS_OR_ADD -> head.add(added.name(), added.value());
            case ADD_IF_ABSENT -> {
                if (!known) {
                    head.add(added.name(), added.value());
                }
            }
            case OVERWRITE_IF_EXISTS_OR_ADD -> head.set(added.name(), added.value());
            case OVERWRITE_IF_EXISTS -> {
                if (known) {
                    head.set(added.name(), added.value());
                }
            }
        }
    }

    @Override
    HeaderMap head() {
        return head;
    }

    @Override
    ByteBuf body() {
        return Unpooled.wrappedBuffer(config.send());
    }

    @Override
    Outcome judge(HeaderMap response, byte[] body, HeaderMap trailers) {
        int status = status(response);
        if (!contains(config.expected(), status)) {
            if (contains(config.retriable(), status)) {
                return Outcome.RETRIABLE;
            }
            return response.contains(LEAVE_ME) ? Outcome.EXCLUDED : Outcome.UNHEALTHY;
        }
        if (!isExpectedService(response) || !PayloadMatch.matches(config.receive(), body)) {
            return Outcome.UNHEALTHY;
        }
        return response.contains(DEGRADED) ? Outcome.DEGRADED : Outcome.HEALTHY;
    }

    static int status(HeaderMap response) {
        String status = response.get(HeaderName.STATUS);
        return status == null ? 0 : Integer.parseInt(status);
    }

    private static boolean contains(List<Statuses> ranges, int status) {
        for (Statuses range : ranges) {
            if (range.contains(status)) {
                return true;
            }
        }
        return false;
    }

    private boolean isExpectedService(HeaderMap response) {
        StringMatcher matcher = config.serviceName();
        if (matcher == null) {
            return true;
        }
        String said = response.get(CHECKED_CLUSTER);
        String name = said == null ? "" : said;
        return switch (matcher) {
            case StringMatcher.Exact(var text, boolean fold) ->
                    fold(name, fold).equals(fold(text, fold));
            case StringMatcher.Prefix(var text, boolean fold) ->
                    fold(name, fold).startsWith(fold(text, fold));
            case StringMatcher.Suffix(var text, boolean fold) ->
                    fold(name, fold).endsWith(fold(text, fold));
            case StringMatcher.Contains(var text, boolean fold) ->
                    fold(name, fold).contains(fold(text, fold));
            case StringMatcher.Regex(var pattern) -> pattern.matches(name);
        };
    }

    private static String fold(String text, boolean ignoreCase) {
        return ignoreCase ? text.toLowerCase(Locale.ROOT) : text;
    }
}
