package io.postern.core;

import io.netty.buffer.ByteBuf;
import io.postern.core.http.HttpStream;
import io.postern.sdk.HeaderMap;
import java.util.ArrayList;
import java.util.List;

/**
 * Who else gets a request: its mirrors, and tries that were overtaken by later ones. Confined to
 * the event loop.
 */
final class Companions {
    private List<HedgedTry> late = List.of();
    private List<Mirror> mirrors = List.of();

    /** Copies that are on their way. */
    void mirror(List<Mirror> copies) {
        mirrors = copies;
    }

    /** {@code body}: a try that was overtaken is given up when no other could begin any more. */
    void data(ByteBuf data, boolean endOfStream, RequestBody body) {
        if (body.lost()) {
            dropLate(); // what it does not take is not kept
        }
        for (int i = 0; i < mirrors.size(); i++) {
            mirrors.get(i).data(data.retainedSlice(), endOfStream);
        }
        for (int i = 0; i < late.size(); i++) {
            late.get(i).data(data.retainedSlice(), endOfStream);
        }
    }

    void trailers(HeaderMap trailers) {
        mirrors.forEach(mirror -> mirror.end(trailers));
        late.forEach(one -> one.trailers(trailers));
    }

    /** A try goes on beside the next one. */
    void overtaken(HedgedTry one, HttpStream stream, Attempt attempt) {
        one.overtaken(stream, attempt.host());
        attempt.unanswered(true);
        attempt.leave();
        if (late.isEmpty()) {
            late = new ArrayList<>(1);
        }
        late.add(one);
    }

    void remove(HedgedTry one) {
        late.remove(one);
    }

    /** Number of tries that were overtaken and may still answer. */
    int late() {
        return late.size();
    }

    /** There is an answer. */
    void dropLate() {
        for (int i = 0; i < late.size(); i++) {
            late.get(i).drop();
        }
        late = List.of();
    }

    /** Nobody waits any more. */
    void abandon() {
        dropLate();
        mirrors.forEach(Mirror::abandon);
    }
}
