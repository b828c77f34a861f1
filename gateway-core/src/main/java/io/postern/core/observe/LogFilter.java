package io.postern.core.observe;

import io.postern.config.model.AccessLog.Comparison;
import io.postern.config.model.AccessLog.Filter;
import io.postern.config.model.MetadataMatcher;
import io.postern.config.model.RouteMatch.Fraction;
import io.postern.core.format.GrpcStatus;
import io.postern.core.format.StreamView;
import io.postern.core.route.HeaderCondition;
import io.postern.sdk.MetadataValue;
import java.util.List;
import java.util.Set;

/**
 * Which streams are logged. Thread-safe: immutable.
 *
 * <p>Source: {@code envoy.config.accesslog.v3.AccessLogFilter}.
 */
@FunctionalInterface
public interface LogFilter {
    /** Whether it matches. */
    boolean wants(StreamView view);

    /** The filter, compiled. */
    static LogFilter of(Filter filter) {
        return switch (filter) {
            case Filter.StatusCode(Comparison comparison, long value) ->
                    view -> compare(comparison, view.streamInfo().responseCode(), value);
            case Filter.DurationMillis(Comparison comparison, long value) ->
                    view ->
                            compare(
                                    comparison,
                                    view.streamInfo().durationNanos() / 1_000_000,
                                    value);
            case Filter.ResponseFlag(List<String> flags) ->
                    view -> hasFlag(view.streamInfo().responseFlags(), flags);
            case Filter.Header(var matcher) -> {
                HeaderCondition condition = HeaderCondition.of(matcher);
                yield view -> condition.matches(view.requestHeaders());
            }
            case Filter.DynamicMetadata(MetadataMatcher matcher, boolean otherwise) ->
                    matcher == null ? _ -> otherwise : metadata(matcher, otherwise);
            case Filter.Share(Fraction fraction, boolean byRequestId) ->
                    new SharedLog(fraction, byRequestId);
            case Filter.GrpcStatus(Set<Integer> statuses, boolean excluded) ->
                    view -> statuses.contains(GrpcStatus.of(view)) != excluded;
            case Filter.LogType(Set<String> types, boolean excluded) ->
                    view -> types.contains(view.logType()) != excluded;
            case Filter.NotHealthCheck() -> _ -> true; // nothing answers health checks here
            case Filter.And(List<Filter> filters) -> {
                LogFilter[] all = all(filters);
                yield view -> count(all, view) == all.length;
            }
            case Filter.Or(List<Filter> filters) -> {
                LogFilter[] all = all(filters);
                yield view -> count(all, view) > 0;
            }
        };
    }

    private static LogFilter metadata(MetadataMatcher matcher, boolean otherwise) {
        return view -> {
            MetadataValue value = matcher.find(view.streamInfo().dynamicMetadata());
            return value == null ? otherwise : matcher.value().matches(value);
        };
    }

    private static LogFilter[] all(List<Filter> filters) {
        return filters.stream().map(LogFilter::of).toArray(LogFilter[]::new);
    }

    private static int count(LogFilter[] filters, StreamView view) {
        int wanting = 0;
        for (LogFilter filter : filters) {
            wanting += filter.wants(view) ? 1 : 0;
        }
        return wanting;
    }

    private static boolean compare(Comparison comparison, long left, long right) {
        return switch (comparison) {
            case EQUAL -> left == right;
            case GREATER_OR_EQUAL -> left >= right;
            case LESS_OR_EQUAL -> left <= right;
            case NOT_EQUAL -> left != right;
        };
    }

    /** The flags of a stream are few and seldom there. */
    private static boolean hasFlag(String ofStream, List<String> wanted) {
        if (ofStream.equals("-") || ofStream.isEmpty()) {
            return false;
        }
        if (wanted.isEmpty()) {
            return true;
        }
        for (String flag : ofStream.split(",", -1)) {
            if (wanted.contains(flag)) {
                return true;
            }
        }
        return false;
    }
}
