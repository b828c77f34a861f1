package io.postern.core.http;

import io.netty.buffer.ByteBuf;
import io.postern.config.model.HttpConnectionManager.KeptSpelling;
import io.postern.config.model.HttpConnectionManager.UnderscoreAction;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderSpelling;
import org.jspecify.annotations.Nullable;

/**
 * Takes a head or a trailer section apart, octets to octets: no String and no object per line.
 *
 * <p>Strict where Netty's and Envoy's parsers are lenient and smuggling begins: lines end with CRLF
 * only, no line folding, no white space before the colon, one space in the start line. Works line
 * by line, so that an error is seen at once and a slow head is not scanned again and again.
 */
final class Http1HeadParser {
    /** What a call of {@link #parse} came to. */
    enum Outcome {
        MORE,
        DONE,
        FAILED
    }

    /**
     * Bounds of a head.
     *
     * @param keptSpelling null: names are not spelled again as they are here
     */
    record Limits(
            int octets,
            int lines,
            UnderscoreAction underscores,
            @Nullable KeptSpelling keptSpelling) {}

    private static final int WINDOW = 4096;
    private static final int MORE = -1;
    private static final int FAULT = -2;
    private static final int MAX_EMPTY_LINES = 4; // RFC 9112 section 2.2 asks for at least one

    private final CodecWorker worker;
    private final StartLine startLine;
    private final HeadFacts facts;
    private final Limits limits;
    private HeaderMap head = new HeaderMap(16);
    private @Nullable HeaderSpelling spelling;
    private Fault fault = Fault.CODEC_ERROR;
    private boolean startLineDone;
    private boolean trailers;
    private boolean complete;
    private int emptyLines;
    private int headerLines;
    private int searched; // octets of an unfinished line that hold no line end

    Http1HeadParser(CodecWorker worker, StartLine startLine, HeadFacts facts, Limits limits) {
        this.worker = worker;
        this.startLine = startLine;
        this.facts = facts;
        this.limits = limits;
    }

    /** Expects a head. */
    void beginHead() {
        begin(new HeaderMap(512), false);
        KeptSpelling kept = limits.keptSpelling;
        spelling = kept == null ? null : new HeaderSpelling(kept.properElsewhere(), kept.reason());
        if (spelling != null) {
            head.setSpelling(spelling);
        }
        facts.reset();
    }

    /** Expects a trailer section. */
    void beginTrailers() {
        begin(new HeaderMap(64), true);
        spelling = null; // their names stay as they are, as in Envoy
    }

    private void begin(HeaderMap into, boolean isTrailers) {
        head = into;
        trailers = isTrailers;
        startLineDone = isTrailers;
        complete = false;
        emptyLines = 0;
        headerLines = 0;
        searched = 0;
    }

    /** What was parsed. */
    HeaderMap head() {
        return head;
    }

    /** Why it FAILED. */
    Fault fault() {
        return fault;
    }

    /** Whether something of a head has arrived. */
    boolean hasBegun() {
        return startLineDone || searched > 0;
    }

    /** Whether the start line has arrived and was good. */
    boolean hasStartLine() {
        return startLineDone;
    }

    /** Parses what is there and consumes the complete lines. */
    Outcome parse(ByteBuf in) {
        while (in.readableBytes() > searched) {
            int readable = in.readableBytes();
            int wanted = Math.min(readable, WINDOW);
            if (searched > 0) {
                int lineEnd = in.indexOf(in.readerIndex() + searched, in.writerIndex(), Octets.LF);
                if (lineEnd >= 0) {
                    wanted = Math.min(readable, lineEnd - in.readerIndex() + WINDOW);
                } else if (startLineDone || searched >= Method.LONGEST) {
                    searched = readable;
                    break;
                }
            }
            byte[] window = worker.scratch(wanted);
            in.getBytes(in.readerIndex(), window, 0, wanted);
            int consumed = lines(window, wanted);
            if (consumed == FAULT) {
                return Outcome.FAILED;
            }
            in.skipBytes(consumed);
            if (complete) {
                return Outcome.DONE;
            }
            searched = consumed == 0 ? wanted : 0;
            if (isTooLarge(0)) {
                return Outcome.FAILED;
            }
        }
        return isTooLarge(searched) ? Outcome.FAILED : Outcome.MORE;
    }

    private boolean isTooLarge(int pending) {
        if (head.octetCount() + pending > limits.octets) {
            fault = Fault.HEAD_TOO_LARGE;
            return true;
        }
        return false;
    }

    private int lines(byte[] a, int end) {
        int at = 0;
        while (at < end && !complete) {
            int next = startLineDone ? headerLine(a, at, end) : firstLine(a, at, end);
            if (next == FAULT) {
                return FAULT;
            }
            if (next == MORE) {
                return at;
            }
            at = next;
        }
        return at;
    }

    private int firstLine(byte[] a, int at, int end) {
        int to = at;
        while (to < end && a[to] != Octets.LF && a[to] != Octets.CR) {
            to++;
        }
        if (to == at) {
            int next = lineEnd(a, to, end);
            return next >= 0 && ++emptyLines > MAX_EMPTY_LINES ? fail(Fault.CODEC_ERROR) : next;
        }
        if (to == end) {
            return startLine.canBegin(a, at, to) ? MORE : fail(Fault.CODEC_ERROR);
        }
        int next = lineEnd(a, to, end);
        if (next < 0) {
            return next;
        }
        Fault wrong = startLine.parse(a, at, to, head);
        if (wrong != null) {
            return fail(wrong);
        }
        startLineDone = true;
        return next;
    }

    private int headerLine(byte[] a, int at, int end) {
        int colon = at;
        while (colon < end && Octets.isToken(a[colon])) {
            colon++;
        }
        if (colon == end) {
            return MORE;
        }
        if (colon == at && (a[at] == Octets.CR || a[at] == Octets.LF)) {
            int next = lineEnd(a, at, end);
            complete = next >= 0;
            if (complete && trailers) {
                HeadFacts.dropForbiddenTrailers(head);
            }
            return next;
        }
        if (colon == at || a[colon] != ':') {
            return fail(Fault.CODEC_ERROR);
        }
        int value = colon + 1;
        while (value < end && Octets.isSpace(a[value])) {
            value++;
        }
        int to = value;
        while (to < end && Octets.isValue(a[to])) {
            to++;
        }
        if (to == end) {
            return MORE;
        }
        if (a[to] != Octets.CR && a[to] != Octets.LF) {
            return fail(Fault.INVALID_CHARACTERS);
        }
        int next = lineEnd(a, to, end);
        if (next < 0) {
            return next;
        }
        while (to > value && Octets.isSpace(a[to - 1])) {
            to--;
        }
        Fault wrong = add(a, at, colon - at, value, to - value);
        return wrong == null ? next : fail(wrong);
    }

    private @Nullable Fault add(byte[] a, int name, int nameLength, int value, int length) {
        if (Octets.contains(a, name, nameLength, (byte) '_')) {
            if (limits.underscores == UnderscoreAction.DROP_HEADER) {
                return null;
            }
            if (limits.underscores == UnderscoreAction.REJECT_REQUEST
                    || HeadFacts.looksLikeFraming(a, name, nameLength)) {
                return Fault.UNDERSCORE;
            }
        }
        if (spelling != null) {
            spelling.remember(a, name, nameLength);
        }
        if (!trailers) {
            Fault wrong = facts.note(a, name, nameLength, value, length, head);
            if (wrong != null) {
                return wrong;
            }
        }
        if (!facts.isOfThisHop(a, name, nameLength)) {
            head.add(a, name, nameLength, a, value, length);
        }
        if (head.octetCount() > limits.octets) {
            return Fault.HEAD_TOO_LARGE;
        }
        return ++headerLines > limits.lines ? Fault.TOO_MANY_HEADERS : null;
    }

    // A bare CR or LF is never a line end here: two parsers that disagree on it can be played
    // against each other.
    private int lineEnd(byte[] a, int at, int end) {
        if (a[at] != Octets.CR) {
            return fail(Fault.CODEC_ERROR);
        }
        if (at + 1 == end) {
            return MORE;
        }
        return a[at + 1] == Octets.LF ? at + 2 : fail(Fault.CODEC_ERROR);
    }

    private int fail(Fault why) {
        fault = why;
        return FAULT;
    }
}
