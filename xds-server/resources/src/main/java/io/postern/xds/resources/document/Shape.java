package io.postern.xds.resources.document;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a value must look like: what documents are checked with, and what their JSON schemas are
 * made of.
 *
 * <p>Thread-safe: immutable.
 */
public sealed interface Shape {
    /**
     * A text.
     *
     * @param pattern RE2 syntax, for the whole text; empty: any
     * @param expected for errors: {@code a DNS name}
     */
    record Text(String pattern, int minLength, int maxLength, String expected) implements Shape {}

    /** One of some words. */
    record Word(List<String> words) implements Shape {
        public Word {
            words = List.copyOf(words);
        }
    }

    /** A whole number. */
    record Whole(long min, long max) implements Shape {}

    /** True or false. */
    record Truth() implements Shape {}

    /** A list. */
    record Items(Shape item, int min, int max) implements Shape {}

    /** A map with keys of the user's. */
    record Table(Shape value, int max) implements Shape {}

    /** A map with known keys. */
    record Fields(Map<String, Field> fields) implements Shape {
        public Fields {
            fields = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }
    }

    /** A whole number or a text. */
    record NumberOrText() implements Shape {}

    /**
     * A field of Gateway API that is not supported: there must be nothing.
     *
     * @param instead what would help; may be empty
     */
    record Unsupported(String instead) implements Shape {}

    /** Anything. */
    record Anything() implements Shape {}

    /**
     * A known key.
     *
     * @param meaning a sentence for people, into the schema
     */
    record Field(Shape shape, boolean required, String meaning) {}
}
