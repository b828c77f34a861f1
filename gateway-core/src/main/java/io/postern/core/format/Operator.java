package io.postern.core.format;

/** One command operator, ready to run. Thread-safe: immutable. */
@FunctionalInterface
interface Operator {
    /** Appends the value; false, and nothing appended, when there is none. */
    boolean write(StreamView view, OctetBuffer out);

    /**
     * Appends the value as JSON, a text unless it has another type; false, and nothing appended,
     * when there is none.
     *
     * @param maxLength of a text, in octets; -1: any
     */
    default boolean writeJson(StreamView view, int maxLength, OctetBuffer out) {
        var plain = new OctetBuffer();
        if (!write(view, plain)) {
            return false;
        }
        int length = maxLength < 0 ? plain.length() : Math.min(maxLength, plain.length());
        JsonText.quote(plain.array(), 0, length, out);
        return true;
    }

    /** A number that may be missing: then the source says a negative one. */
    static Operator number(NumberSource source) {
        return new NumberOperator(source);
    }

    /** See {@link #number}. */
    @FunctionalInterface
    interface NumberSource {
        long number(StreamView view);
    }

    /** See {@link #number}. */
    record NumberOperator(NumberSource source) implements Operator {
        @Override
        public boolean write(StreamView view, OctetBuffer out) {
            long value = source.number(view);
            if (value >= 0) {
                out.appendDecimal(value);
            }
            return value >= 0;
        }

        @Override
        public boolean writeJson(StreamView view, int maxLength, OctetBuffer out) {
            return write(view, out);
        }
    }

    /** Text that is missing when it is empty. */
    static Operator text(TextSource source) {
        return (view, out) -> {
            String text = source.text(view);
            out.appendUtf8(text);
            return !text.isEmpty();
        };
    }

    /** See {@link #text}. */
    @FunctionalInterface
    interface TextSource {
        String text(StreamView view);
    }
}
