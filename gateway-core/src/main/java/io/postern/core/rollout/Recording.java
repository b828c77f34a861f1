package io.postern.core.rollout;

import io.postern.sdk.Body;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LocalReply;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What the last good version was shown of one exchange, and what it made of it: copies, of bodies
 * up to {@value #MOST_BODY_OCTETS} octets. Confined to the stream's loop.
 */
final class Recording {
    static final int MOST_BODY_OCTETS = 64 * 1024;

    final Message request = new Message();
    final Message response = new Message();
    @Nullable LocalReply reply;
    boolean reset;

    /** One direction. */
    static final class Message {
        @Nullable HeaderMap head;
        @Nullable HeaderMap headAfter;
        @Nullable HeaderMap trailers;
        private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);
        private boolean hasBody;
        private boolean tooLong;
        private boolean complete;
        private int held;

        /** The head as it comes. */
        void head(HeaderMap seen, boolean end) {
            head = copy(seen);
            complete |= end;
        }

        /** The head as it goes on; the first time counts. */
        void passed(HeaderMap now) {
            if (headAfter == null) {
                headAfter = copy(now);
            }
        }

        /** Body as it comes: behind what the filter holds already. */
        void body(Body shown, boolean end) {
            hasBody = true;
            complete |= end;
            int fresh = shown.length() - held;
            if (tooLong || fresh <= 0) {
                return;
            }
            if (body.size() + fresh > MOST_BODY_OCTETS) {
                tooLong = true;
                body.reset();
                return;
            }
            var octets = new byte[fresh];
            shown.copyTo(held, octets, 0, fresh);
            body.writeBytes(octets);
        }

        /** How much of the body the filter holds back. */
        void holds(int octets) {
            held = octets;
        }

        void trailers(HeaderMap seen) {
            trailers = copy(seen);
            complete = true;
        }

        boolean hasBody() {
            return hasBody;
        }

        /** Whether all of it was seen and kept. */
        boolean isWhole() {
            return complete && !tooLong;
        }

        byte[] octets() {
            return body.toByteArray();
        }
    }

    static HeaderMap copy(HeaderMap map) {
        var copy = new HeaderMap(map.octetCount() + 1);
        copy.copyFrom(map);
        return copy;
    }
}
