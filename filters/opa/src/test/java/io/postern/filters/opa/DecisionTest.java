package io.postern.filters.opa;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.sdk.HeaderMap;
import io.postern.sdk.LoadedFilter;
import io.postern.sdk.MetadataValue.Numeric;
import io.postern.sdk.MetadataValue.Struct;
import io.postern.sdk.MetadataValue.Text;
import io.postern.sdk.testkit.FakeWorker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Decisions of every shape are carried out as OPA's Envoy plugin and ext_authz would. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // compiles once
class DecisionTest {
    private final LoadedFilter loaded =
            new Policies(null).load(Policies.spec("decisions", "decisions/result"));
    private FakeWorker worker = new FakeWorker();

    @AfterAll
    void close() {
        loaded.close();
    }

    @ParameterizedTest
    @CsvSource({
        "true, 200, ''",
        "false, 403, ''",
        "allow, 200, ''",
        "deny, 403, ''",
        "body, 401, no entry",
        "status, 451, ''",
        "metadata, 200, ''"
    })
    void carriesOutTheDecision(String pick, int status, String body) {
        // When
        var stream = send(pick);

        // Then
        assertThat(stream.status()).isEqualTo(status);
        assertThat(stream.replyBody()).isEqualTo(body);
        assertThat(worker.metrics.counter("opa.decisions.allowed").value())
                .isEqualTo(status == 200 ? 1 : 0);
        assertThat(worker.metrics.counter("opa.decisions.denied").value())
                .isEqualTo(status == 200 ? 0 : 1);
        assertThat(worker.metrics.counter("opa.decisions.error").value()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unknown",
                "number",
                "string",
                "no-allowed",
                "allowed-text",
                "bad-status",
                "text-status",
                "bad-header",
                "split-header",
                "bad-header-name",
                "bad-remove",
                "bad-body",
                "bad-query",
                "bad-metadata"
            })
    void deniesWhatMeansNothing(String pick) {
        // When
        var stream = send(pick);

        // Then
        assertThat(stream.status()).isEqualTo(403);
        assertThat(stream.requestHeaders().toString()).doesNotContain("x-user", "x-admin");
        assertThat(worker.metrics.counter("opa.decisions.error").value()).isEqualTo(1);
        assertThat(worker.metrics.counter("opa.decisions.denied").value()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "headers, x-user, ann",
        "headers, x-existing, new",
        "header-list, x-user, bob",
        "header-values, x-user, bob",
        "remove, x-existing, ''",
        "remove, :path, /things?a=1&b=2&a=3&c",
        "query, :path, /things?a=9&c&new=2"
    })
    void changesTheRequest(String pick, String header, String value) {
        // When
        var stream = send(pick);

        // Then
        assertThat(stream.status()).isEqualTo(200);
        assertThat(values(stream.requestHeaders(), header))
                .isEqualTo(value.isEmpty() ? List.of() : List.of(value));
    }

    @Test
    void notesMetadataWhereExtAuthzDoes() {
        // When
        var stream = send("metadata");

        // Then
        assertThat(stream.noted().namespaces())
                .isEqualTo(
                        Map.of(
                                "envoy.filters.http.ext_authz",
                                new Struct(
                                        Map.of("user", new Text("ann"), "level", new Numeric(3)))));
        assertThat(send("allow").noted().namespaces()).isEmpty();
    }

    @Test
    void addsToTheResponse() {
        // When
        var stream = send("response");

        // Then
        assertThat(values(stream.responseHeaders(), "x-decided-by")).containsExactly("opa", "rego");
        assertThat(values(stream.requestHeaders(), "x-decided-by")).isEmpty();
    }

    @Test
    void deniesWithHeaders() {
        // When
        var reply = requireNonNull(send("cookies").reply());

        // Then
        assertThat(reply.headers())
                .extracting(header -> new String(header.value(), StandardCharsets.UTF_8))
                .containsExactly("a=1", "b=2");
        assertThat(reply.details()).isEqualTo("opa_denied");
    }

    private TestStream send(String pick) {
        var headers =
                HeaderMap.of(
                        ":method",
                        "GET",
                        ":path",
                        "/things?a=1&b=2&a=3&c",
                        ":authority",
                        "example.com",
                        ":scheme",
                        "http",
                        "x-case",
                        pick,
                        "x-existing",
                        "old");
        worker = new FakeWorker();
        var filters = loaded.forWorker(worker);
        var stream = new TestStream(worker, headers);
        stream.send(filters);
        filters.close();
        return stream;
    }

    private static List<String> values(HeaderMap headers, String name) {
        var values = new ArrayList<String>();
        for (int i = 0; i < headers.size(); i++) {
            if (headers.name(i).equals(name)) {
                values.add(headers.value(i));
            }
        }
        return values;
    }
}
