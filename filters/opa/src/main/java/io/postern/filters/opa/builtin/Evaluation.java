package io.postern.filters.opa.builtin;

import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** What built-in functions share during one evaluation. Confined to the evaluating thread. */
public interface Evaluation {
    /** Wall clock in nanoseconds since 1970; the same during one evaluation, as Rego demands. */
    long epochNanos();

    /** Randomness for {@code rand.intn} and {@code uuid.rfc4122}. */
    RandomGenerator random();

    /** Answers that must not change during one evaluation, by call; emptied before the next. */
    Map<String, String> remembered();

    /**
     * What was made of a text before, by this instance, or what is made of it now: compiled
     * patterns, parsed keys. Bounded; the eldest go.
     *
     * @param kind keeps the texts of different functions apart
     */
    <T> T cached(Class<T> kind, String text, Function<String, T> make);
}
