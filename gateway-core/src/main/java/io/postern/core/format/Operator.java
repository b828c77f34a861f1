package io.postern.core.format;

/** One command operator, ready to run. Thread-safe: immutable. */
@FunctionalInterface
interface Operator {
    /** Appends the value; false, and nothing appended, when there is none. */
    boolean write(StreamView view, OctetBuffer out);

    /** Whether the value is a number, which JSON logs show without quotes. */
    default boolean isNumber() {
        return false;
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
        public boolean isNumber() {
            return true;
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
