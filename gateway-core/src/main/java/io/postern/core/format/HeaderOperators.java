package io.postern.core.format;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Operators that show headers. Of several lines of one name the first counts, as in Envoy.
 * Thread-safe: pure functions.
 */
final class HeaderOperators {
    private static final HeaderName ORIGINAL_PATH = HeaderName.of("x-envoy-original-path");
    private static final String[] GRPC_NAMES = {
        "OK",
        "Canceled",
        "Unknown",
        "InvalidArgument",
        "DeadlineExceeded",
        "NotFound",
        "AlreadyExists",
        "PermissionDenied",
        "ResourceExhausted",
        "FailedPrecondition",
        "Aborted",
        "OutOfRange",
        "Unimplemented",
        "Internal",
        "Unavailable",
        "DataLoss",
        "Unauthenticated"
    };

    private HeaderOperators() {}

    static @Nullable Operator of(String name, String argument) {
        return switch (name) {
            case "REQ", "REQUEST_HEADER" -> header(StreamView::requestHeaders, argument);
            case "RESP", "RESPONSE_HEADER" -> header(StreamView::responseHeaders, argument);
            case "TRAILER", "RESPONSE_TRAILER" -> header(StreamView::responseTrailers, argument);
            case "REQ_WITHOUT_QUERY" -> withoutQuery(header(StreamView::requestHeaders, argument));
            case "PATH" -> path(argument);
            case "QUERY_PARAM" -> queryParameter(argument);
            case "QUERY_PARAMS" -> HeaderOperators::writeQuery;
            case "GRPC_STATUS" -> grpcStatus(argument);
            case "GRPC_STATUS_NUMBER" -> Operator.number(GrpcStatus::told);
            default -> null;
        };
    }

    /** Appends the first value of this name; false when there is none. */
    static boolean write(@Nullable HeaderMap head, HeaderName name, OctetBuffer out) {
        int index = head == null ? -1 : head.indexOf(name);
        if (index < 0 || head == null) {
            return false;
        }
        out.append(head.octets(), head.valueStart(index), head.valueLength(index));
        return true;
    }

    /** {@code X} or {@code X?Y}. */
    private static Operator header(Heads heads, String argument) {
        int question = argument.indexOf('?');
        HeaderName first = name(question < 0 ? argument : argument.substring(0, question));
        if (question < 0) {
            return (view, out) -> write(heads.of(view), first, out);
        }
        HeaderName second = name(argument.substring(question + 1));
        return (view, out) -> {
            HeaderMap head = heads.of(view);
            return write(head, first, out) || write(head, second, out);
        };
    }

    private static HeaderName name(String text) {
        HeaderName name = HeaderName.of(text);
        return name.equals(HeaderName.HOST) ? HeaderName.AUTHORITY : name;
    }

    private static Operator withoutQuery(Operator header) {
        return (view, out) -> {
            int start = out.length();
            boolean found = header.write(view, out);
            for (int i = start; i < out.length(); i++) {
                if (out.array()[i] == '?') {
                    out.truncate(i);
                }
            }
            return found;
        };
    }

    /** {@code WQ} or {@code NQ}: with the query or not; {@code PATH}, {@code ORIG} or both. */
    private static Operator path(String argument) {
        String which = argument.substring(argument.indexOf(':') + 1);
        Operator path =
                switch (which) {
                    case "ORIG" -> header(StreamView::requestHeaders, "x-envoy-original-path");
                    case "PATH" -> header(StreamView::requestHeaders, ":path");
                    default ->
                            (view, out) ->
                                    write(view.requestHeaders(), ORIGINAL_PATH, out)
                                            || write(view.requestHeaders(), HeaderName.PATH, out);
                };
        return argument.startsWith("NQ") ? withoutQuery(path) : path;
    }

    private static boolean writeQuery(StreamView view, OctetBuffer out) {
        HeaderMap head = view.requestHeaders();
        int index = head.indexOf(HeaderName.PATH);
        int start = index < 0 ? 0 : head.valueStart(index);
        int end = index < 0 ? 0 : start + head.valueLength(index);
        int at = indexOf('?', head.octets(), start, end) + 1;
        if (at >= end) {
            return false;
        }
        out.append(head.octets(), at, end - at);
        return true;
    }

    private static Operator queryParameter(String parameter) {
        byte[] name = parameter.getBytes(StandardCharsets.UTF_8);
        return (view, out) -> {
            HeaderMap head = view.requestHeaders();
            int index = head.indexOf(HeaderName.PATH);
            byte[] octets = head.octets();
            int end = index < 0 ? 0 : head.valueStart(index) + head.valueLength(index);
            int at = index < 0 ? 0 : indexOf('?', octets, head.valueStart(index), end) + 1;
            while (at < end) {
                int stop = indexOf('&', octets, at, end);
                int equals = indexOf('=', octets, at, stop);
                if (Arrays.equals(octets, at, equals, name, 0, name.length)) {
                    int from = Math.min(equals + 1, stop);
                    out.append(octets, from, stop - from);
                    return true;
                }
                at = stop + 1;
            }
            return false;
        };
    }

    private static int indexOf(char wanted, byte[] octets, int from, int end) {
        int at = from;
        while (at < end && octets[at] != wanted) {
            at++;
        }
        return at;
    }

    private static Operator grpcStatus(String format) {
        return switch (format) {
            case "NUMBER" -> Operator.number(GrpcStatus::told);
            case "SNAKE_STRING" -> grpcName(true);
            default -> grpcName(false);
        };
    }

    private static Operator grpcName(boolean snake) {
        return (view, out) -> {
            int status = GrpcStatus.told(view);
            if (status >= GRPC_NAMES.length) {
                out.appendDecimal(status);
            } else if (status >= 0) {
                String name = GRPC_NAMES[status];
                out.appendLatin1(snake ? snake(name) : name);
            }
            return status >= 0;
        };
    }

    private static String snake(String name) {
        var text = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            boolean word = i > 0 && Character.isLowerCase(name.charAt(i - 1));
            text.append(Character.isUpperCase(name.charAt(i)) && word ? "_" : "");
            text.append(Character.toUpperCase(name.charAt(i)));
        }
        return text.toString();
    }

    @FunctionalInterface
    private interface Heads {
        @Nullable HeaderMap of(StreamView view);
    }
}
