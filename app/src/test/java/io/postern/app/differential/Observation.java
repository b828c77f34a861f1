package io.postern.app.differential;

import java.util.List;

/**
 * All that one request caused through one proxy.
 *
 * @param received what the upstreams received, in order of arrival
 * @param responses what the client got, interim answers included
 * @param connection what became of the client's connection: {@code open}, {@code closed}
 */
record Observation(List<Received> received, List<Message> responses, String connection) {
    Observation {
        received = List.copyOf(received);
        responses = List.copyOf(responses);
    }

    /**
     * One request at an upstream.
     *
     * @param endpoint which of the two listening endpoints it came to: {@code a} or {@code b}
     */
    record Received(String endpoint, Message request) {}
}
