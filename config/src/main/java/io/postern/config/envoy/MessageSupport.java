package io.postern.config.envoy;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which fields of a message are read.
 *
 * @param type {@code envoy.config.listener.v3.Listener}
 * @param fields the declared ones by name; others are "not yet"
 */
record MessageSupport(String type, Map<String, Support> fields) {
    /** What is done with a field. */
    sealed interface Support {
        /**
         * It is read.
         *
         * @param note what of it is not; may be empty
         */
        record Read(String note) implements Support {}

        /**
         * It is accepted with a warning, since it cannot change what a request sees.
         *
         * @param reason why it cannot
         */
        record Accepted(String reason) implements Support {}

        /** It is handed on as it is; there are no fields to declare in it. */
        record Opaque() implements Support {}

        /** Only this value is accepted: what happens without the field. */
        record Only(String value) implements Support {}
    }

    /** A message all of whose fields are "not yet". */
    static MessageSupport of(String type) {
        return new MessageSupport(type, new LinkedHashMap<>());
    }

    /** Declares that {@code names} are read. */
    MessageSupport reads(String... names) {
        for (var name : names) {
            declare(name, new Support.Read(""));
        }
        return this;
    }

    /** Declares that a field is read, except for what the note says. */
    MessageSupport partly(String name, String note) {
        return declare(name, new Support.Read(note));
    }

    /** Declares that a field is handed on unseen. */
    MessageSupport opaque(String name) {
        return declare(name, new Support.Opaque());
    }

    /** Declares that {@code names} are accepted with a warning. */
    MessageSupport accepts(String reason, String... names) {
        for (var name : names) {
            declare(name, new Support.Accepted(reason));
        }
        return this;
    }

    /** Declares that a field may have its default written out. */
    MessageSupport only(String name, String value) {
        return declare(name, new Support.Only(value));
    }

    private MessageSupport declare(String name, Support support) {
        if (fields.put(name, support) != null) {
            throw new IllegalStateException("bug: declared twice: " + type + "." + name);
        }
        return this;
    }
}
