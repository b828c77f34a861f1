package io.postern.core.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.config.model.Format;
import io.postern.sdk.HeaderMap;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompiledFormatTest {
    private static final FormatEnvironment ENVIRONMENT =
            new FormatEnvironment(
                    "host-1", name -> name.equals("A") ? "b" : null, ZoneId.of("+02:00"));

    private final FixedStream stream = new FixedStream();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PROTOCOL | '' | HTTP/1.1",
                "RESPONSE_CODE | '' | 200",
                "RESPONSE_FLAGS | '' | -",
                "RESPONSE_CODE_DETAILS | '' | via_upstream",
                "BYTES_SENT | '' | 1234567890123",
                "BYTES_RECEIVED | '' | 0",
                "DURATION | '' | 12",
                "REQUEST_DURATION | '' | 1",
                "RESPONSE_DURATION | '' | 10",
                "RESPONSE_TX_DURATION | '' | 2",
                "COMMON_DURATION | DS_RX_BEG:DS_TX_END:us | 12345",
                "COMMON_DURATION | DS_RX_BEG:US_RX_END:ms | -",
                "REQ | :METHOD | GET",
                "REQ | Host | h.com",
                "REQ | X-NONE | -",
                "REQ | X-NONE?:PATH | /a?k=v&e",
                "REQ | x-many | 1",
                "RESP | x-r | say \"hi\"",
                "TRAILER | GRPC-STATUS | 14",
                "GRPC_STATUS | '' | Unavailable",
                "GRPC_STATUS | SNAKE_STRING | UNAVAILABLE",
                "GRPC_STATUS | NUMBER | 14",
                "REQ_WITHOUT_QUERY | X-ENVOY-ORIGINAL-PATH?:PATH | /a",
                "PATH | NQ | /a",
                "PATH | WQ:ORIG | -",
                "QUERY_PARAM | k | v",
                "QUERY_PARAM | e | ''",
                "QUERY_PARAM | none | -",
                "UPSTREAM_HOST | '' | 192.0.2.7:8080",
                "UPSTREAM_REMOTE_PORT | '' | 8080",
                "UPSTREAM_LOCAL_ADDRESS | '' | -",
                "UPSTREAM_CLUSTER | '' | c1",
                "DOWNSTREAM_REMOTE_ADDRESS | '' | [2001:db8::1]:4321",
                "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT | '' | 2001:db8::1",
                "DOWNSTREAM_REMOTE_PORT | '' | 4321",
                "DOWNSTREAM_LOCAL_ADDRESS | '' | 192.0.2.2:80",
                "DOWNSTREAM_LOCAL_PORT | '' | 80",
                "DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT | '' | 192.0.2.1",
                "ROUTE_NAME | '' | -",
                "HOSTNAME | '' | host-1",
                "ENVIRONMENT | A | b",
                "ENVIRONMENT | B | -",
                "CONNECTION_ID | '' | 77",
                "STREAM_ID | '' | id-1",
                "REQUESTED_SERVER_NAME | '' | -",
                "DYNAMIC_METADATA | a:b | -",
                "FILTER_STATE | k:PLAIN | v\"1",
                "FILTER_STATE | k | \"v\\\"1\"",
                "FILTER_STATE | none | -",
                "LOCAL_REPLY_BODY | '' | ''",
                "TRACE_ID | '' | -",
                "START_TIME | '' | 2026-11-22T21:34:11.939Z",
                "START_TIME | %s.%3f | 1795383251.939",
                "START_TIME | %f | 939012345",
                "START_TIME | %6f | 939012",
                "START_TIME | %Y/%m/%dT%H:%M:%S%z | 2026/11/22T21:34:11+0000",
                "START_TIME | %a %d %b %Y %I:%M %p 100%% | Sun 22 Nov 2026 09:34 PM 100%",
                "START_TIME | %E4Y-%j %E*S | 2026-326 11.939012345",
                "START_TIME_LOCAL | %F %T %Ez | 2026-11-22 23:34:11 +02:00",
            })
    void showsOperators(String name, String argument, String expected) {
        // Given
        stream.state.put("k", "v\"1".getBytes(UTF_8));

        // When, Then
        assertThat(written(new Format.Operator(name, argument, -1), false)).isEqualTo(expected);
        assertThat(CompiledFormat.problem(new Format(List.of(new Format.Operator(name, "", -1)))))
                .isNull();
    }

    @Test
    void cutsAndJoins() {
        // Given
        var format =
                new Format(
                        List.of(
                                new Format.Literal("[".getBytes(UTF_8)),
                                new Format.Operator("REQ", ":PATH", 2),
                                new Format.Literal("] ".getBytes(UTF_8)),
                                new Format.Operator("REQ", "X-NONE", 2)));
        var dashes = new OctetBuffer();
        var empty = new OctetBuffer();

        // When
        CompiledFormat.compile(format, ENVIRONMENT, false).write(stream, dashes);
        CompiledFormat.compile(format, ENVIRONMENT, true).write(stream, empty);

        // Then
        assertThat(dashes).hasToString("[/a] -");
        assertThat(empty).hasToString("[/a] ");
    }

    @Test
    void blanksInDetailsGo() {
        // Given
        stream.details = "upstream reset: connection failure";

        // When, Then
        assertThat(written(new Format.Operator("RESPONSE_CODE_DETAILS", "", -1), false))
                .isEqualTo("upstream_reset:_connection_failure");
    }

    @Test
    void unknownOperatorsAreNamed() {
        var format = new Format(List.of(new Format.Operator("NOPE", "", -1)));
        assertThat(CompiledFormat.problem(format)).contains("%NOPE%");
    }

    @Test
    void jsonKeepsTypes() {
        // Given
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("status", operator("RESPONSE_CODE", ""));
        fields.put("path", operator("REQ", ":PATH"));
        fields.put("none", operator("REQ", "X-NONE"));
        fields.put("quote", operator("RESP", "x-r"));
        fields.put("nested", Map.of("ms", operator("DURATION", "")));
        fields.put("list", List.of(operator("PROTOCOL", ""), 3, true));
        fields.put("constant", Format.literal("é".getBytes(UTF_8)));

        // When, Then
        assertThat(json(fields, false, false))
                .isEqualTo(
                        "{\"status\":200,\"path\":\"/a?k=v&e\",\"none\":null,\"quote\":\"say"
                                + " \\\"hi\\\"\",\"nested\":{\"ms\":12},\"list\":[\"HTTP/1.1\",3,true],"
                                + "\"constant\":\"é\"}");
        assertThat(json(fields, true, true))
                .isEqualTo(
                        "{\"constant\":\"é\",\"list\":[\"HTTP/1.1\",3,true],\"nested\":{\"ms\":12},"
                                + "\"path\":\"/a?k=v&e\",\"quote\":\"say \\\"hi\\\"\",\"status\":200}");
    }

    @Test
    void jsonShowsWhatIsNoUtf8OctetByOctet() {
        // Given
        stream.request =
                HeaderMap.of("x-a", "\"quoted\" \\ \t tab \u00e9", "x-b", "\u00c3\u00a9\t");
        var mixed =
                new Format(
                        List.of(
                                new Format.Literal("say \"".getBytes(UTF_8)),
                                new Format.Operator("REQ", "X-A", -1),
                                new Format.Literal("\"".getBytes(UTF_8))));

        // When
        String line = json(Map.of("a", mixed), false, false);

        // Then
        assertThat(line)
                .isEqualTo(
                        "{\"a\":\"say \\\"\\u0022quoted\\u0022 \\u005c \\u0009 tab"
                                + " \\u00e9\\\"\"}");
        assertThat(json(Map.of("b", operator("REQ", "X-B")), false, false))
                .isEqualTo("{\"b\":\"é\\t\"}");
    }

    @Test
    void theStatusIsZeroUntilItIsDecided() {
        // Given
        stream.status = 0;
        stream.response = HeaderMap.of(":status", "503");

        // When, Then
        assertThat(written(new Format.Operator("RESPONSE_CODE", "", -1), false)).isEqualTo("0");
    }

    private String json(Map<String, Object> fields, boolean omitEmpty, boolean sort) {
        var out = new OctetBuffer();
        JsonFormat.compile(fields, ENVIRONMENT, omitEmpty, sort).write(stream, out);
        return out.toString();
    }

    private static Format operator(String name, String argument) {
        return new Format(List.of(new Format.Operator(name, argument, -1)));
    }

    private String written(Format.Operator operator, boolean omitEmpty) {
        var out = new OctetBuffer();
        CompiledFormat.compile(new Format(List.of(operator)), ENVIRONMENT, omitEmpty)
                .write(stream, out);
        return out.toString();
    }
}
