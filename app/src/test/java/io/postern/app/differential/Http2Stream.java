package io.postern.app.differential;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What arrived on one HTTP/2 stream, and how much may be sent on it. Thread-safe: every method
 * holds the stream's monitor; the connection's reader fills it, the user waits on it.
 */
final class Http2Stream {
    private final List<Message> interim = new ArrayList<>();
    private final List<Header> headers = new ArrayList<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final List<Header> trailers = new ArrayList<>();
    private @Nullable String start;
    private @Nullable String ending;

    synchronized void onHeaders(List<Header> block, boolean end) {
        String blockStart = startOf(block);
        List<Header> fields = block.stream().filter(Http2Stream::keptAsField).toList();
        Message message = new Message(blockStart, fields, Bytes.EMPTY, List.of(), Message.COMPLETE);
        if (start != null) {
            trailers.addAll(block);
        } else if (blockStart.startsWith("HTTP/2 1")) {
            interim.add(message);
        } else {
            start = blockStart;
            headers.addAll(fields);
        }
        if (end) {
            finish(Message.COMPLETE);
        }
        notifyAll();
    }

    synchronized void onData(byte[] data, boolean end) {
        body.writeBytes(data);
        if (end) {
            finish(Message.COMPLETE);
        }
    }

    /** The first ending wins: a RST_STREAM after the end of the message changes nothing. */
    synchronized void finish(String how) {
        if (ending == null) {
            ending = how;
        }
        notifyAll();
    }

    /** True when the peer has reset the stream or the connection ended under it. */
    synchronized boolean broken() {
        return ending != null && !ending.equals(Message.COMPLETE);
    }

    /** Waits until an interim answer or anything later arrived; false after the bound. */
    synchronized boolean awaitAnything(Duration bound) throws InterruptedException {
        long deadline = System.nanoTime() + bound.toNanos();
        while (interim.isEmpty() && start == null && ending == null) {
            long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                return false;
            }
            wait(leftMillis);
        }
        return true;
    }

    /** The messages of this stream, interim ones first; the last one tells how the stream ended. */
    synchronized List<Message> awaitEnd(Duration bound) throws InterruptedException {
        long deadline = System.nanoTime() + bound.toNanos();
        while (ending == null) {
            long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                break;
            }
            wait(leftMillis);
        }
        List<Message> all = new ArrayList<>(interim);
        String how = ending == null ? Message.TIMEOUT : ending;
        if (start != null || !how.equals(Message.CUT)) {
            String shown = start == null ? "" : start;
            all.add(new Message(shown, headers, Bytes.of(body.toByteArray()), trailers, how));
        }
        return all;
    }

    private static String startOf(List<Header> block) {
        String status = value(block, ":status");
        return status.isEmpty()
                ? value(block, ":method") + " " + value(block, ":path") + " HTTP/2"
                : "HTTP/2 " + status;
    }

    private static boolean keptAsField(Header header) {
        return switch (header.name()) {
            case ":status", ":method", ":path" -> false;
            default -> true;
        };
    }

    private static String value(List<Header> block, String name) {
        for (Header header : block) {
            if (header.name().equals(name)) {
                return header.value();
            }
        }
        return "";
    }
}
