package io.postern.core;

/** The exchanges of a flow: the last one ends it, once no new ones come. Confined to its worker. */
final class FlowUsers {
    private final Runnable onEnd;
    private long exchanges;
    private boolean retired;

    FlowUsers(Runnable onEnd) {
        this.onEnd = onEnd;
    }

    /** No exchange begins here any more. Called once. */
    void retire() {
        retired = true;
        endIfUnused();
    }

    /** An exchange begins, or one of another flow goes on here as well. */
    void joined() {
        exchanges++;
    }

    /** An exchange is over. */
    void left() {
        exchanges--;
        endIfUnused();
    }

    private void endIfUnused() {
        if (retired && exchanges == 0) {
            onEnd.run();
        }
    }
}
