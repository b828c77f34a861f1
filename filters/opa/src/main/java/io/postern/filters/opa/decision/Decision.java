package io.postern.filters.opa.decision;

import io.postern.sdk.HeaderName;
import io.postern.sdk.LocalReply;
import io.postern.sdk.MetadataValue.Struct;
import java.util.List;

/** What becomes of a request. Immutable. */
public sealed interface Decision {
    /** A plain {@code true}. */
    Decision ALLOWED =
            new Allow(List.of(), List.of(), List.of(), List.of(), List.of(), Struct.empty());

    /** What is noted about the stream, whatever becomes of the request. */
    Struct metadata();

    /**
     * The request goes on.
     *
     * @param requestHeaders set, one after the other: the last of a name wins
     * @param removedHeaders removed from the request after that
     * @param responseHeaders added to the response
     * @param querySet query parameters to set, percent-encoded
     * @param queryRemoved query parameters to remove
     */
    record Allow(
            List<LocalReply.Header> requestHeaders,
            List<HeaderName> removedHeaders,
            List<LocalReply.Header> responseHeaders,
            List<QueryParameter> querySet,
            List<String> queryRemoved,
            Struct metadata)
            implements Decision {
        public Allow {
            requestHeaders = List.copyOf(requestHeaders);
            removedHeaders = List.copyOf(removedHeaders);
            responseHeaders = List.copyOf(responseHeaders);
            querySet = List.copyOf(querySet);
            queryRemoved = List.copyOf(queryRemoved);
        }
    }

    /** The request is answered with this. */
    record Deny(LocalReply reply, Struct metadata) implements Decision {
        /** Without a note. */
        public Deny(LocalReply reply) {
            this(reply, Struct.empty());
        }
    }

    /** The policy's result means nothing: denied, and an error of the policy. */
    record Meaningless(String reason) implements Decision {
        @Override
        public Struct metadata() {
            return Struct.empty();
        }
    }

    /** A query parameter, percent-encoded. */
    record QueryParameter(String name, String value) {}
}
