package io.postern.app.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.app.differential.Observation.Received;
import io.postern.app.differential.Reply.Fault;
import io.postern.app.differential.Request.Protocol;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Both ends of the harness against each other, with no proxy between them. */
class RecordingUpstreamIT {
    private static final Duration BOUND = Duration.ofSeconds(5);

    private RecordingUpstream upstream;

    @BeforeEach
    void listen() throws IOException {
        upstream = new RecordingUpstream(new Ports(new Random()));
    }

    @AfterEach
    void close() throws IOException {
        upstream.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = Protocol.class,
            names = {"HTTP1", "HTTP2"})
    void recordsWhatWasSentAndAnswersAsTold(Protocol protocol) throws Exception {
        // Given
        List<Header> trailers = List.of(new Header("x-t", "1"));
        Reply reply =
                new Reply(
                        List.of(103),
                        201,
                        List.of(new Header("x-r", "1"), new Header("x-r", "2")),
                        Bytes.pattern(300_000),
                        true,
                        trailers,
                        Duration.ZERO,
                        Bytes.EMPTY,
                        Fault.NONE,
                        List.of());
        upstream.begin(List.of(reply));

        // When
        Client.Exchange exchange =
                new Client().send(upstream.portB(), request(protocol, 300_000, trailers));
        List<Received> received = upstream.finish(1, BOUND);

        // Then
        assertThat(received).singleElement().extracting(Received::endpoint).isEqualTo("b");
        Message request = received.getFirst().request();
        assertThat(request.start()).startsWith("POST /p?q HTTP/");
        assertThat(request.headers())
                .containsSubsequence(new Header("x-a", "1"), new Header("x-a", "2"));
        assertThat(request.body()).isEqualTo(Bytes.pattern(300_000));
        assertThat(request.trailers()).isEqualTo(trailers);
        assertThat(exchange.responses()).extracting(Message::status).containsExactly(103, 201);
        Message response = exchange.responses().getLast();
        assertThat(response.body()).isEqualTo(Bytes.pattern(300_000));
        assertThat(response.trailers()).isEqualTo(trailers);
        assertThat(response.ending()).isEqualTo(Message.COMPLETE);
        assertThat(exchange.connection()).isEqualTo("open");
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP1, CLOSE_BEFORE, ''",
        "HTTP1, RESET_BEFORE, ''",
        "HTTP1, CLOSE_MID_BODY, cut",
        "HTTP1, RESET_MID_BODY, cut",
        "HTTP2, CLOSE_BEFORE, ''",
        "HTTP2, RESET_BEFORE, reset(REFUSED_STREAM)",
        "HTTP2, CLOSE_MID_BODY, cut",
        "HTTP2, RESET_MID_BODY, reset(INTERNAL_ERROR)"
    })
    void breaksAnswersAsTold(Protocol protocol, Fault fault, String ending) throws Exception {
        // Given
        Reply reply =
                new Reply(
                        List.of(),
                        200,
                        List.of(),
                        Bytes.pattern(100),
                        false,
                        List.of(),
                        Duration.ZERO,
                        Bytes.EMPTY,
                        fault,
                        List.of());
        upstream.begin(List.of(reply));

        // When
        Client.Exchange exchange =
                new Client().send(upstream.portA(), request(protocol, 0, List.of()));

        // Then
        List<String> endings = exchange.responses().stream().map(Message::ending).toList();
        assertThat(endings).isEqualTo(ending.isEmpty() ? List.of() : List.of(ending));
        boolean connectionSurvives = ending.startsWith("reset");
        assertThat(exchange.connection()).isEqualTo(connectionSurvives ? "open" : "closed");
        assertThat(upstream.finish(1, BOUND)).hasSize(1);
    }

    private static Request request(Protocol protocol, int bodyBytes, List<Header> trailers) {
        List<Header> head =
                protocol == Protocol.HTTP2
                        ? List.of(
                                new Header(":method", "POST"),
                                new Header(":path", "/p?q"),
                                new Header("x-a", "1"),
                                new Header("x-a", "2"))
                        : List.of(
                                new Header("Transfer-Encoding", "chunked"),
                                new Header("x-a", "1"),
                                new Header("x-a", "2"));
        return new Request(
                protocol,
                "POST",
                "/p?q",
                head,
                Bytes.pattern(bodyBytes),
                trailers,
                List.of(),
                1,
                List.of(Request.Option.CHUNKED));
    }
}
