package io.postern.core.filter;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.HeaderMap;

/**
 * One direction of a filter chain: carries head, body and trailers past the filters in order, stops
 * where a filter pauses and goes on from there.
 *
 * <pre>
 *            onHeaders PAUSE                    onBody PAUSE
 *  FLOWING ------------------> STOPPED_ALL    FLOWING ------> HOLDING_BODY
 *     ^    <------------------  (body waits      ^   <------  (body was seen,
 *     |         resume           unseen)         |   resume    more is added)
 *     |                                          |
 *     +------------- resume -----------  HOLDING_TRAILERS  (onTrailers PAUSE)
 * </pre>
 *
 * <p>Confined to the event loop.
 */
abstract class Leg {
    /** Where one filter stands in this direction. */
    enum State {
        FLOWING,
        STOPPED_ALL,
        HOLDING_BODY,
        HOLDING_TRAILERS
    }

    /** One filter's place in this direction. */
    static final class Place {
        final HeldBody body = new HeldBody();
        State state = State.FLOWING;
        boolean endOfStream;
        boolean trailersWait;
        boolean inCallback;
        boolean resumeAsked;
        boolean overLimit;
        boolean headHeld; // PAUSE_HEADERS: the next filter has not got the head yet
        boolean headPassed;
        boolean over; // the filter itself has ended the body
    }

    private final Place[] places;
    private final LengthGuard guard = new LengthGuard();

    Leg(Place[] places) {
        this.places = places;
    }

    abstract FilterStatus callHeaders(int index, boolean endOfStream);

    abstract FilterStatus callBody(int index, HeldBody body, boolean endOfStream);

    abstract FilterStatus callTrailers(int index);

    /** The head of this direction. */
    abstract HeaderMap head();

    /** What has passed all filters leaves the chain. */
    abstract void emitHeaders(boolean endOfStream);

    abstract void emitData(ByteBuf data, boolean endOfStream);

    abstract void emitTrailers();

    /** A body was edited after its length had been announced: the stream cannot go on. */
    abstract void lengthBroken();

    /** A filter's callback begins. */
    abstract void callbackEntered();

    /** A filter's callback has returned. */
    abstract void callbackLeft();

    abstract boolean ended();

    abstract int limitBytes();

    /** A filter that has seen the bytes holds more than the limit: 413 or 500. */
    abstract void bufferOverflow();

    /** Bytes that no filter has seen yet are over (or no longer over) the limit. */
    abstract void hold(boolean hold);

    final void headers(int from, boolean endOfStream) {
        for (int i = from; i < places.length; i++) {
            Place place = places[i];
            enter(place);
            FilterStatus status = callHeaders(i, endOfStream);
            exit(place);
            if (ended()) {
                return;
            }
            if (status != FilterStatus.CONTINUE && !takeResume(place)) {
                place.headHeld = status == FilterStatus.PAUSE_HEADERS && !endOfStream;
                place.state = place.headHeld ? State.FLOWING : State.STOPPED_ALL;
                place.endOfStream = endOfStream;
                return;
            }
            place.headPassed = true;
        }
        passHeaders(endOfStream);
    }

    final void data(int from, ByteBuf data, boolean editedBefore, boolean endOfStream) {
        ByteBuf passing = data;
        boolean edited = editedBefore;
        for (int i = from; i < places.length; i++) {
            Place place = places[i];
            if (place.over) {
                passing.release();
                return;
            }
            if (place.state == State.STOPPED_ALL) {
                waitUnseen(place, passing, endOfStream);
                return;
            }
            place.body.append(passing);
            enter(place);
            FilterStatus status = callBody(i, place.body, endOfStream);
            exit(place);
            if (ended()) {
                place.body.release();
                return;
            }
            if (status != FilterStatus.CONTINUE && !takeResume(place)) {
                holdSeen(place, endOfStream);
                return;
            }
            place.state = State.FLOWING;
            edited |= place.body.takeEdited();
            ByteBuf out = place.body.take();
            passing = out == null ? Unpooled.EMPTY_BUFFER : out;
            if (!passHeldHead(i)) {
                passing.release();
                return;
            }
        }
        if (passing.isReadable() || endOfStream) {
            passData(passing, edited, endOfStream);
        } else {
            passing.release();
        }
    }

    final void trailers(int from) {
        for (int i = from; i < places.length; i++) {
            Place place = places[i];
            if (place.over) {
                return;
            }
            if (place.state == State.STOPPED_ALL) {
                place.trailersWait = true;
                return;
            }
            enter(place);
            FilterStatus status = callTrailers(i);
            exit(place);
            if (ended()) {
                return;
            }
            if (status != FilterStatus.CONTINUE && !takeResume(place)) {
                place.state = State.HOLDING_TRAILERS;
                return;
            }
            place.state = State.FLOWING;
            if (!passHeldHead(i)) {
                return;
            }
            passHeldBody(i, false);
            if (ended()) {
                return;
            }
        }
        passTrailers();
    }

    /**
     * The filter at {@code index} sends body of its own before what it holds; false while it has
     * not seen the head.
     */
    final boolean inject(int index, byte[] octets, boolean endOfStream) {
        Place place = places[index];
        boolean headWaits = place.headHeld || place.state == State.STOPPED_ALL;
        if (place.over || (!place.headPassed && !headWaits)) {
            return false;
        }
        if (!place.headPassed) {
            place.headHeld = false;
            place.headPassed = true;
            headers(index + 1, false);
        }
        if (!ended()) {
            place.over = endOfStream;
            data(index + 1, Unpooled.wrappedBuffer(octets), true, endOfStream);
        }
        return true;
    }

    /** The filter at {@code index} goes on after a pause. */
    final void resume(int index) {
        Place place = places[index];
        if (place.inCallback) {
            place.resumeAsked = true;
            return;
        }
        State paused = place.state;
        place.state = State.FLOWING;
        releaseHold(place);
        if (!passHeldHead(index)) {
            return;
        }
        switch (paused) {
            case FLOWING -> {}
            case STOPPED_ALL -> resumeHeaders(index, place);
            case HOLDING_BODY -> passHeldBody(index, place.endOfStream);
            case HOLDING_TRAILERS -> {
                passHeldBody(index, false);
                if (!ended()) {
                    trailers(index + 1);
                }
            }
        }
    }

    private void passHeaders(boolean endOfStream) {
        if (!guard.holdsHead(head(), endOfStream)) {
            emitHeaders(endOfStream);
        }
    }

    private void passData(ByteBuf data, boolean edited, boolean endOfStream) {
        if (guard.releasesHead(head(), data, edited, endOfStream)) {
            emitHeaders(false);
        }
        if (ended()) {
            data.release();
        } else if (guard.broken(edited)) {
            data.release();
            lengthBroken();
        } else {
            emitData(data, endOfStream);
        }
    }

    private void passTrailers() {
        if (guard.releasesHeadForTrailers(head())) {
            emitHeaders(false);
        }
        if (!ended()) {
            emitTrailers();
        }
    }

    /** Lets go of everything that is held. */
    final void release() {
        for (Place place : places) {
            place.body.release();
        }
    }

    private void enter(Place place) {
        place.inCallback = true;
        callbackEntered();
    }

    private void exit(Place place) {
        place.inCallback = false;
        callbackLeft();
    }

    private void resumeHeaders(int index, Place place) {
        boolean bodyWaits = !place.body.isEmpty();
        boolean ends = place.endOfStream && !bodyWaits && !place.trailersWait;
        if (!place.headPassed) {
            place.headPassed = true;
            headers(index + 1, ends);
        } else if (ends && !place.over) {
            data(index + 1, Unpooled.EMPTY_BUFFER, false, true);
        }
        if (ended() || place.over) {
            return;
        }
        if (bodyWaits) {
            ByteBuf waiting = place.body.take();
            data(
                    index,
                    waiting == null ? Unpooled.EMPTY_BUFFER : waiting,
                    false,
                    place.endOfStream);
        }
        if (place.trailersWait && !ended()) {
            place.trailersWait = false;
            trailers(index);
        }
    }

    /** Hands on a head that waited for its body; false: the stream ended over it. */
    private boolean passHeldHead(int index) {
        Place place = places[index];
        if (place.headHeld) {
            place.headHeld = false;
            place.headPassed = true;
            headers(index + 1, false);
        }
        return !ended();
    }

    private void passHeldBody(int index, boolean endOfStream) {
        if (places[index].over) {
            return;
        }
        boolean edited = places[index].body.takeEdited();
        ByteBuf held = places[index].body.take();
        if (held != null || endOfStream) {
            data(index + 1, held == null ? Unpooled.EMPTY_BUFFER : held, edited, endOfStream);
        }
    }

    private void waitUnseen(Place place, ByteBuf data, boolean endOfStream) {
        place.body.append(data);
        place.endOfStream |= endOfStream;
        if (!place.overLimit && place.body.length() > limitBytes()) {
            place.overLimit = true;
            hold(true);
        }
    }

    private void holdSeen(Place place, boolean endOfStream) {
        place.state = State.HOLDING_BODY;
        place.endOfStream = endOfStream;
        if (place.body.length() > limitBytes()) {
            bufferOverflow();
        }
    }

    private void releaseHold(Place place) {
        if (place.overLimit) {
            place.overLimit = false;
            hold(false);
        }
    }

    private static boolean takeResume(Place place) {
        boolean asked = place.resumeAsked;
        place.resumeAsked = false;
        return asked;
    }
}
