package io.postern.core.http;

import io.netty.buffer.ByteBuf;
import io.postern.sdk.HeaderMap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A listener that writes down what it hears, one line an event. */
class Heard implements HttpStreamListener {
    final List<String> events = new ArrayList<>();

    @Override
    public void onInformational(HeaderMap head) {
        events.add("1xx " + text(head));
    }

    @Override
    public void onHeaders(HeaderMap head, boolean endOfStream) {
        events.add("head " + text(head) + end(endOfStream));
    }

    @Override
    public void onData(ByteBuf data, boolean endOfStream) {
        events.add("data " + data.toString(StandardCharsets.ISO_8859_1) + end(endOfStream));
        data.release();
    }

    @Override
    public void onTrailers(HeaderMap trailers) {
        events.add("trailers " + text(trailers));
    }

    @Override
    public void onReset(ResetReason reason, String detail) {
        events.add("reset " + reason + (detail.isEmpty() ? "" : " " + detail));
    }

    @Override
    public void onWritabilityChanged(boolean writable) {
        events.add("writable " + writable);
    }

    @Override
    public void onInvalidRequest(int status, String details, @Nullable HeaderMap head) {
        events.add("invalid " + status + " " + details);
    }

    String last() {
        return events.getLast();
    }

    private static String end(boolean endOfStream) {
        return endOfStream ? " end" : "";
    }

    private static String text(HeaderMap head) {
        return head.toString().strip().replace("\n", "|");
    }
}
