package io.postern.filters.wasm.abi;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.StreamInfo;
import org.jspecify.annotations.Nullable;

/** {@code request.*}: what comes from the head is there only while the head can be read. */
final class RequestProperties {
    private static final String HEADERS = "headers\0";

    private RequestProperties() {}

    static int find(String name, CallContext context, StreamInfo info, ByteOutput value) {
        HeaderMap head = context.readableMap(MapType.REQUEST_HEADERS);
        if (name.startsWith(HEADERS)) {
            return Properties.header(head, name.substring(HEADERS.length()), value);
        }
        return switch (name) {
            case "" -> Status.SERIALIZATION_FAILURE; // as in Envoy: the whole cannot be listed
            case "path" -> Properties.header(head, ":path", value);
            case "url_path" -> path(head, value, false);
            case "query" -> path(head, value, true);
            case "host" -> Properties.header(head, ":authority", value);
            case "scheme" -> Properties.header(head, ":scheme", value);
            case "method" -> Properties.header(head, ":method", value);
            case "referer" -> Properties.header(head, "referer", value);
            case "id" -> Properties.header(head, "x-request-id", value);
            case "useragent" -> Properties.header(head, "user-agent", value);
            case "headers" -> Properties.headers(head, value);
            case "headers_bytes" -> Properties.number(value, octets(head));
            case "time" -> Properties.time(value, info.startTimeEpochNanos());
            case "size" -> size(head, info, value);
            case "total_size" -> Properties.number(value, info.bytesReceived() + octets(head));
            case "duration" -> // of the whole exchange: when it has ended
                    context.isLogging()
                            ? Properties.nanos(value, info.durationNanos())
                            : Status.NOT_FOUND;
            case "protocol" -> Properties.text(value, info.protocol());
            default -> Status.NOT_FOUND;
        };
    }

    private static int path(@Nullable HeaderMap head, ByteOutput value, boolean query) {
        int line = head == null ? -1 : head.indexOf(HeaderName.PATH);
        if (head == null || line < 0) {
            return Status.NOT_FOUND;
        }
        byte[] octets = head.octets();
        int start = head.valueStart(line);
        int end = start + head.valueLength(line);
        int mark = indexOf(octets, '?', start, end);
        if (!query) {
            return Properties.bytes(value.as(ValueType.TEXT), octets, start, mark - start);
        }
        int from = Math.min(mark + 1, end);
        return Properties.bytes(
                value.as(ValueType.TEXT), octets, from, indexOf(octets, '#', from, end) - from);
    }

    private static int indexOf(byte[] octets, char wanted, int from, int end) {
        for (int i = from; i < end; i++) {
            if (octets[i] == wanted) {
                return i;
            }
        }
        return end;
    }

    private static int size(@Nullable HeaderMap head, StreamInfo info, ByteOutput value) {
        String length = head == null ? null : head.get(HeaderName.CONTENT_LENGTH);
        if (length == null) {
            return Properties.number(value, info.bytesReceived());
        }
        try {
            return Properties.number(value, Long.parseLong(length));
        } catch (NumberFormatException e) {
            return Status.NOT_FOUND;
        }
    }

    private static int octets(@Nullable HeaderMap head) {
        return head == null ? 0 : head.octetCount();
    }
}
