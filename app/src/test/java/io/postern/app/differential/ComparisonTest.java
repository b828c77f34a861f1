package io.postern.app.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.app.differential.Observation.Received;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The judge judged: what the comparison must see and what it must overlook. */
class ComparisonTest {
    private static final Normaliser NORMALISER = new Normaliser(Map.of("20123", "PORT"), "");

    private static Observation answer(List<Header> headers, String body) {
        Message response =
                new Message(
                        "HTTP/1.1 200 OK",
                        headers,
                        Bytes.latin1(body),
                        List.of(),
                        Message.COMPLETE);
        return NORMALISER.normalise(new Observation(List.of(), List.of(response), "open"));
    }

    @Test
    void seesAHeaderThatOneSideLacks() {
        // Given
        Observation with = answer(List.of(new Header("x-a", "1")), "");

        // When
        List<Difference> differences = Comparison.of(with, answer(List.of(), ""));

        // Then
        assertThat(differences)
                .containsExactly(new Difference("client[0].header.x-a", "1", Difference.ABSENT));
    }

    @Test
    void overlooksTheOrderOfNamesButNotOfValues() {
        // Given
        Header a1 = new Header("a", "1");
        Header a2 = new Header("a", "2");
        Header b = new Header("b", "3");

        // When
        List<Difference> names =
                Comparison.of(answer(List.of(a1, a2, b), ""), answer(List.of(b, a1, a2), ""));
        List<Difference> values =
                Comparison.of(answer(List.of(a1, a2), ""), answer(List.of(a2, a1), ""));

        // Then
        assertThat(names).isEmpty();
        assertThat(values).extracting(Difference::field).containsExactly("client[0].header.a");
    }

    @Test
    void seesOneDifferentOctetInABody() {
        // When
        List<Difference> differences =
                Comparison.of(answer(List.of(), "abcd"), answer(List.of(), "abXd"));

        // Then
        assertThat(differences)
                .singleElement()
                .extracting(Difference::subject)
                .asString()
                .contains("from octet 2");
    }

    @Test
    void overlooksDatesGeneratedIdsAndPortsButNotTheirShape() {
        // Given
        Observation one =
                answer(
                        List.of(
                                new Header("date", "Sun, 22 Nov 2026 20:34:11 GMT"),
                                new Header("x-request-id", "0b5bd9a4-6a41-4bd5-a3d6-000000000001"),
                                new Header("location", "http://h:20123/")),
                        "");
        Observation two =
                answer(
                        List.of(
                                new Header("date", "Sun, 22 Nov 2026 20:34:12 GMT"),
                                new Header("x-request-id", "0b5bd9a4-6a41-4bd5-a3d6-000000000002"),
                                new Header("location", "http://h:20123/")),
                        "");
        Observation malformed = answer(List.of(new Header("x-request-id", "42")), "");

        // When
        List<Difference> same = Comparison.of(one, two);
        List<Difference> shape = Comparison.of(one, malformed);

        // Then
        assertThat(same).isEmpty();
        assertThat(shape)
                .contains(
                        new Difference("client[0].header.x-request-id", "<generated uuid>", "42"));
    }

    @Test
    void seesARequestThatOnlyOneUpstreamReceived() {
        // Given
        Message request =
                new Message("GET / HTTP/1.1", List.of(), Bytes.EMPTY, List.of(), Message.COMPLETE);
        Observation forwarded =
                new Observation(List.of(new Received("a", request)), List.of(), "open");
        Observation refused = new Observation(List.of(), List.of(), "open");

        // When
        List<Difference> differences = Comparison.of(forwarded, refused);

        // Then
        assertThat(differences)
                .containsExactly(new Difference("upstream.count", "1 [GET / HTTP/1.1]", "0 []"));
    }
}
