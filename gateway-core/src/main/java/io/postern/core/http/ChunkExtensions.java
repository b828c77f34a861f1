package io.postern.core.http;

/**
 * What stands behind a chunk's size, octet by octet: {@code ;name} or {@code ;name=value}, where a
 * value is a token or a quoted string. They mean nothing here; but a reader that takes a quoted
 * line end, or none, for the end of the line reads another body. Confined to one event loop.
 *
 * <p>Source: RFC 9112 section 7.1.1.
 */
final class ChunkExtensions {
    private enum State {
        BEFORE_NAME,
        NAME,
        AFTER_NAME,
        BEFORE_VALUE,
        VALUE,
        QUOTED,
        ESCAPED,
        AFTER_VALUE
    }

    private State state = State.BEFORE_NAME;

    /** A semicolon was read. */
    void begin() {
        state = State.BEFORE_NAME;
    }

    /** Whether the line may end here. */
    boolean mayEnd() {
        return switch (state) {
            case NAME, AFTER_NAME, VALUE, AFTER_VALUE -> true;
            case BEFORE_NAME, BEFORE_VALUE, QUOTED, ESCAPED -> false;
        };
    }

    /** Whether {@code octet} may come next. */
    boolean next(byte octet) {
        return switch (state) {
            case BEFORE_NAME -> Octets.isSpace(octet) || token(octet, State.NAME);
            case NAME -> token(octet, State.NAME) || separator(octet, State.AFTER_NAME);
            case AFTER_NAME -> separator(octet, State.AFTER_NAME);
            case BEFORE_VALUE ->
                    octet == '"'
                            ? quoted(octet, State.QUOTED)
                            : Octets.isSpace(octet) || token(octet, State.VALUE);
            case VALUE -> token(octet, State.VALUE) || separator(octet, State.AFTER_VALUE);
            case QUOTED ->
                    quoted(
                            octet,
                            switch (octet) {
                                case '"' -> State.AFTER_VALUE;
                                case '\\' -> State.ESCAPED;
                                default -> State.QUOTED;
                            });
            case ESCAPED -> quoted(octet, State.QUOTED);
            case AFTER_VALUE -> separator(octet, State.AFTER_VALUE);
        };
    }

    private boolean quoted(byte octet, State next) {
        state = next;
        return Octets.isValue(octet);
    }

    private boolean token(byte octet, State in) {
        state = in;
        return Octets.isToken(octet);
    }

    private boolean separator(byte octet, State otherwise) {
        boolean value = octet == '=' && otherwise == State.AFTER_NAME;
        state = octet == ';' ? State.BEFORE_NAME : value ? State.BEFORE_VALUE : otherwise;
        return octet == ';' || value || Octets.isSpace(octet);
    }
}
