package io.postern.filters.wasm;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.sdk.testkit.FilterStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expressions of CEL give what Envoy 1.40 gave; the differential test has more of them. */
class ExpressionsTest {
    private final PluginHarness harness = new PluginHarness();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "request.path | /a?q=1",
                "request.url_path + ' ' + request.query | /a q=1",
                "request.headers['x-foo'] + '!' | f!",
                "string(own) | value",
                "xds.node.id | node-1",
                "plugin_name | test-plugin",
                "string(has(metadata.filter_metadata.nope)) | false",
                "metadata.filter_metadata['nope'].x | E10",
                "string(source.port > 0 && type(connection.id) == uint) | true",
                "string(has(request.headers.nope)) | false",
                "'a' + | C02", // malformed: BadArgument from expr_create
                "1 + 'a' | E10", // InternalFailure from expr_evaluate
                "nope | E10",
                "request.headers['nope'] | E10",
                "request | E03", // SerializationFailure
                "null | E03",
            })
    void areEvaluatedOverTheStream(String expression, String expected) {
        var stream = harness.stream(harness.start(PluginHarness.spec("wat/expr.wasm", "")));
        stream.request(FilterStream.get("/a?q=1", "x-foo", "f", "x-expr", expression), true);
        assertThat(stream.replyBody()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1, 2].map(x, [1, 2].map(y, x * y)).size() > 0 | 1",
                "response.code == 200 | 3",
                "request.time > timestamp('2020-01-01T00:00:00Z') | 1",
                "request.time + duration('90s') | 8",
                "duration('90s') | 8",
            })
    void withResultsOfThisLength(String expression, int length) {
        var stream = harness.stream(harness.start(PluginHarness.spec("wat/expr.wasm", "")));
        stream.request(FilterStream.get("/", "x-expr", expression), true);
        assertThat(requireNonNull(stream.reply).body()).hasSize(length);
    }
}
