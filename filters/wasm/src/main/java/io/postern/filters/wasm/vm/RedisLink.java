package io.postern.filters.wasm.vm;

import io.postern.sdk.Body;
import io.postern.sdk.RawConnection;
import io.postern.sdk.Worker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection to one Redis: commands go out as they come, replies come back in their order. It is
 * made with the first command and made anew after it has failed; a command that is not answered in
 * time ends it, since no later reply could be told apart. Confined to its worker's loop.
 */
final class RedisLink implements RawConnection.Listener {
    /** A reply may be this long. */
    private static final int MAX_REPLY_BYTES = 16 * 1024 * 1024;

    private static final long MAX_UNSENT_BYTES = 4L * 1024 * 1024;
    private static final int GREETING = 0; // no command's number

    private final Worker worker;
    private final RedisTarget target;
    private final Replies replies;
    private final ArrayDeque<Sent> waiting = new ArrayDeque<>();
    private @Nullable RawConnection connection;
    private byte[] held = new byte[0];
    private int length;
    private Worker.@Nullable Cancellable timer;

    private record Sent(int token, long deadlineNanos) {}

    /** Who is told of replies. */
    interface Replies {
        /** A whole reply in RESP. */
        void onReply(int token, byte[] reply);

        /** There will be none. */
        void onNoReply(int token);
    }

    RedisLink(Worker worker, RedisTarget target, Replies replies) {
        this.worker = worker;
        this.target = target;
        this.replies = replies;
    }

    /** Sends a command; false when the cluster is not there or does not take more. */
    boolean send(int token, byte[] query) {
        RawConnection open = connection == null ? connect() : connection;
        if (open == null || open.pendingBytes() + query.length > MAX_UNSENT_BYTES) {
            return false;
        }
        write(open, token, query);
        return true;
    }

    private @Nullable RawConnection connect() {
        RawConnection made = worker.connect(target.cluster(), this);
        connection = made;
        if (made != null) {
            for (List<String> command : target.greeting()) {
                write(made, GREETING, command(command));
            }
        }
        return made;
    }

    private void write(RawConnection open, int token, byte[] query) {
        long deadline = worker.monotonicNanos() + target.timeoutNanos();
        waiting.add(new Sent(token, deadline));
        open.write(query);
        if (timer == null) {
            arm(deadline);
        }
    }

    private static byte[] command(List<String> words) {
        var text = new StringBuilder("*").append(words.size()).append("\r\n");
        for (String word : words) {
            text.append('$').append(word.getBytes(StandardCharsets.UTF_8).length).append("\r\n");
            text.append(word).append("\r\n");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void arm(long deadlineNanos) {
        long delay = Math.max(0, deadlineNanos - worker.monotonicNanos());
        timer = worker.schedule(delay, this::onTimer);
    }

    private void onTimer() {
        timer = null;
        Sent oldest = waiting.peek();
        if (oldest == null) {
            return;
        }
        if (oldest.deadlineNanos() - worker.monotonicNanos() <= 0) {
            fail();
        } else {
            arm(oldest.deadlineNanos());
        }
    }

    @Override
    public void onConnected() {}

    @Override
    public void onData(Body bytes) {
        int count = bytes.length();
        if (length + count > held.length) {
            held = Arrays.copyOf(held, Math.max(held.length * 2, length + count));
        }
        bytes.copyTo(0, held, length, count);
        length += count;
        int end = RespReply.length(held, length);
        while (end > 0) {
            byte[] reply = Arrays.copyOf(held, end);
            System.arraycopy(held, end, held, 0, length - end);
            length -= end;
            Sent sent = waiting.poll();
            if (sent == null) {
                fail(); // nobody asked
                return;
            }
            if (sent.token() != GREETING) {
                replies.onReply(sent.token(), reply);
            }
            end = length == 0 ? RespReply.INCOMPLETE : RespReply.length(held, length);
        }
        if (end == RespReply.MALFORMED || length > MAX_REPLY_BYTES) {
            fail();
        }
    }

    @Override
    public void onClosed(String reason) {
        fail();
    }

    private void fail() {
        List<Sent> lost = new ArrayList<>(waiting);
        close();
        for (Sent sent : lost) {
            if (sent.token() != GREETING) {
                replies.onNoReply(sent.token());
            }
        }
    }

    /** Ends the connection; the next command makes a new one. Nobody is told. */
    void close() {
        waiting.clear();
        length = 0;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        RawConnection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }
}
