package io.postern.filters.opa;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.postern.config.model.OpaSpec;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.LoadedFilter;
import io.postern.sdk.testkit.FakeWorker;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What policies see, as told by a policy that answers with its input. Cases of bodies are those of
 * opa-envoy-plugin's own request_test.go.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // compiles once
class InputDocumentTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final OpaSpec ECHO = Policies.spec("echo", "echo/decision");
    private static final OpaSpec ECHO_BODY =
            Policies.withBody(Policies.spec("echo", "echo/parsed_body"), 1000, true);

    private final Policies policies = new Policies(null);
    private final LoadedFilter keepsTheModule = policies.load(ECHO);

    @AfterAll
    void close() {
        keepsTheModule.close();
    }

    @Test
    void hasTheShapeOfOpasEnvoyPlugin() throws JsonProcessingException {
        // Given
        var headers =
                HeaderMap.of(
                        ":method",
                        "GET",
                        ":path",
                        "/api/v1?x=1",
                        ":authority",
                        "example.com:10000",
                        ":scheme",
                        "https",
                        "x-role",
                        "reader",
                        "accept",
                        "a",
                        "accept",
                        "b",
                        "x-envoy-auth-partial-body",
                        "true",
                        "x-envoy-downstream-service-cluster",
                        "edge");

        // When
        var input = echo(Policies.withExtension(ECHO, "tier", "gold"), headers);

        // Then
        assertThat(input)
                .isEqualTo(
                        JSON.readTree(
                                """
                                {"attributes": {
                                   "source": {
                                     "address": {"socketAddress": {"address": "127.0.0.9", "portValue": 50001}},
                                     "service": "edge"},
                                   "destination": {
                                     "address": {"socketAddress": {"address": "127.0.0.1", "portValue": 8080}}},
                                   "request": {
                                     "time": {"seconds": 1700000000, "nanos": 123456789},
                                     "http": {
                                       "id": "1", "method": "GET", "size": 11, "path": "/api/v1?x=1",
                                       "host": "example.com:10000", "scheme": "https", "protocol": "HTTP/1.1",
                                       "headers": {
                                         ":method": "GET", ":path": "/api/v1?x=1",
                                         ":authority": "example.com:10000", ":scheme": "https",
                                         "x-role": "reader", "accept": "a,b",
                                         "x-envoy-downstream-service-cluster": "edge"}}},
                                   "contextExtensions": {"tier": "gold"},
                                   "metadataContext": {}, "routeMetadataContext": {}},
                                 "version": {"ext_authz": "v3", "encoding": "protojson"},
                                 "parsed_path": ["api", "v1"], "parsed_query": {"x": ["1"]},
                                 "parsed_body": null, "truncated_body": false}
                                """));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/                      | [\"\"]                | {}",
                "/my/test/path          | [\"my\",\"test\",\"path\"] | {}",
                "///a//b/               | [\"a\",\"\",\"b\",\"\"]     | {}",
                "/a%2Fb/c%20d+e         | [\"a\",\"b\",\"c d+e\"]   | {}",
                "/gr%C3%B6%C3%9Fe       | [\"größe\"]             | {}",
                "*                      | [\"*\"]                 | {}",
                "/p?a=1&a=2&b           | [\"p\"]                 | {\"a\":[\"1\",\"2\"],\"b\":[\"\"]}",
                "/p?a=x+y%26&=v&&       | [\"p\"]                 | {\"a\":[\"x y&\"],\"\":[\"v\"]}",
                "/p?                    | [\"p\"]                 | {}",
                "/p?q=%22%5C%0A         | [\"p\"]                 | {\"q\":[\"\\\"\\\\\\n\"]}",
                "/p?a=1?b=2             | [\"p\"]                 | {\"a\":[\"1?b=2\"]}"
            })
    void takesThePathApart(String path, String segments, String query)
            throws JsonProcessingException {
        // When
        var input = echo(ECHO, HeaderMap.of(":method", "GET", ":path", path));

        // Then
        assertThat(input.get("parsed_path")).isEqualTo(JSON.readTree(segments));
        assertThat(input.get("parsed_query")).isEqualTo(JSON.readTree(query));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/a%zz    | invalid URL escape \"%zz\"",
                "/a%2     | invalid URL escape \"%2\"",
                "/a?b=%g1 | invalid URL escape \"%g1\"",
                "/a?b;c   | invalid semicolon separator in query"
            })
    void refusesWhatCannotBeTakenApart(String path, String reason) {
        // When
        var stream = send(ECHO, HeaderMap.of(":method", "GET", ":path", path));

        // Then
        assertThat(stream.status()).isEqualTo(400);
        assertThat(stream.replyBody()).isEqualTo("request_parse_error: " + reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "application/json                  | \"foo\"           | \"foo\"            | false",
                "application/json; charset=utf-8   | {\"a\":[1,2.5,null]} | {\"a\":[1,2.5,null]} | false",
                "application/json                  | 42              | 42               | false",
                "application/json                  | null            | null             | false",
                "text/html                         | <p>             | null             | false",
                "application/grpc                  | xxxxxx          | null             | false",
                "application/x-www-form-urlencoded | a=1&b=2&a=x+y   | {\"a\":[\"1\",\"x y\"],\"b\":[\"2\"]} | false",
            })
    void takesBodiesApart(String type, String body, String parsed, boolean truncated)
            throws JsonProcessingException {
        // When
        var stream =
                send(
                        ECHO_BODY,
                        HeaderMap.of(":method", "POST", ":path", "/", "content-type", type),
                        body);

        // Then
        assertThat(JSON.readTree(stream.replyBody()))
                .isEqualTo(JSON.readTree("[" + parsed + "," + truncated + "]"));
    }

    @Test
    void takesFormsInPartsApart() throws JsonProcessingException {
        // Given
        var headers =
                HeaderMap.of(
                        ":method",
                        "POST",
                        ":path",
                        "/",
                        "content-type",
                        "multipart/form-data; boundary=\"foo\"");
        String body =
                """
                preamble
                --foo
                Content-Disposition: form-data; name="foo"
                Content-Type: text/plain

                bar
                two
                --foo
                Content-Disposition: form-data; name="j"
                Content-Type: application/json;

                {"name": "bar"}
                --foo
                Content-Disposition: form-data; name="foo"; filename="x"

                again
                --foo
                Content-Disposition: form-data

                nameless
                --foo--
                """;

        for (String lineEnd : new String[] {"\n", "\r\n"}) {
            // When
            var stream = send(ECHO_BODY, headers, body.replace("\n", lineEnd));

            // Then
            var expected =
                    Map.of(
                            "foo",
                            new String[] {"bar" + lineEnd + "two", "again"},
                            "j",
                            new Object[] {Map.of("name", "bar")});
            assertThat(JSON.readTree(stream.replyBody()).get(0))
                    .isEqualTo(JSON.valueToTree(expected));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "application/json                   | {\"a\":",
                "application/json                   | {} {}",
                "application/json                   | ` `",
                "application/json                   | {\"a\":01}",
                "application/x-www-form-urlencoded  | a=%zz",
                "multipart/form-data; boundary=x    | nothing"
            })
    void refusesBodiesThatAreNotWhatTheySay(String type, String body) {
        // When
        var stream =
                send(
                        ECHO_BODY,
                        HeaderMap.of(":method", "POST", ":path", "/", "content-type", type),
                        body);

        // Then
        assertThat(stream.status()).isEqualTo(400);
        assertThat(stream.replyBody()).startsWith("request_parse_error: ");
    }

    @Test
    void waitsForTheWholeBody() throws JsonProcessingException {
        // When
        var headers =
                HeaderMap.of(":method", "POST", ":path", "/", "content-type", "application/json");
        var stream = send(Policies.withBody(ECHO, 100, false), headers, "{\"a\"", ":", "1}");

        // Then
        var input = JSON.readTree(stream.replyBody());
        assertThat(input.get("parsed_body")).isEqualTo(JSON.readTree("{\"a\":1}"));
        assertThat(input.at("/attributes/request/http/body").textValue()).isEqualTo("{\"a\":1}");
        assertThat(
                        input.at("/attributes/request/http/headers/x-envoy-auth-partial-body")
                                .textValue())
                .isEqualTo("false");
    }

    @Test
    void cutsLongBodiesWhereAllowed() throws JsonProcessingException {
        // When
        var headers =
                HeaderMap.of(":method", "POST", ":path", "/", "content-type", "application/json");
        var stream = send(Policies.withBody(ECHO, 4, true), headers, "[1,2", ",3]");

        // Then
        var input = JSON.readTree(stream.replyBody());
        assertThat(input.get("truncated_body").booleanValue()).isTrue();
        assertThat(input.get("parsed_body").isNull()).isTrue();
        assertThat(input.at("/attributes/request/http/body").textValue()).isEqualTo("[1,2");
        assertThat(
                        input.at("/attributes/request/http/headers/x-envoy-auth-partial-body")
                                .textValue())
                .isEqualTo("true");
    }

    @Test
    void refusesLongBodiesWhereNot() {
        // When
        var headers =
                HeaderMap.of(":method", "POST", ":path", "/", "content-type", "application/json");
        var stream = send(Policies.withBody(ECHO, 4, false), headers, "[1,2", ",3]");

        // Then
        assertThat(stream.status()).isEqualTo(413);
        assertThat(stream.replyBody()).isEqualTo("Payload Too Large");
    }

    @Test
    void survivesTextThatIsNotUtf8() throws JsonProcessingException {
        // When: Latin-1 octets in a header, as HeaderMap keeps them
        var input =
                echo(
                        ECHO,
                        HeaderMap.of(
                                ":method",
                                "GET",
                                ":path",
                                "/",
                                "x-name",
                                "gr\u00f6\u00dfe \"\\\u0001"));

        // Then: as Envoy's sanitiser, "!" for each stray octet
        assertThat(input.at("/attributes/request/http/headers/x-name").textValue())
                .isEqualTo("gr!!e \"\\\u0001");
    }

    private JsonNode echo(OpaSpec spec, HeaderMap headers) throws JsonProcessingException {
        return JSON.readTree(send(spec, headers).replyBody());
    }

    private TestStream send(OpaSpec spec, HeaderMap headers, String... chunks) {
        var worker = new FakeWorker();
        var stream = new TestStream(worker, headers);
        try (var loaded = policies.load(spec)) {
            var filters = loaded.forWorker(worker);
            stream.send(filters, chunks);
            filters.close();
        }
        return stream;
    }
}
