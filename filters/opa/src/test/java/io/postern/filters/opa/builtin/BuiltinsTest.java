package io.postern.filters.opa.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.postern.filters.opa.bundle.PolicyFiles;
import io.postern.filters.opa.engine.Host;
import io.postern.filters.opa.engine.PolicyInstance;
import io.postern.filters.opa.engine.PolicyModule;
import io.postern.filters.wasm.engine.WasmEngine;
import io.postern.filters.wasm.engine.Watchdog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every function gives what the real OPA gave for the same operands: cases/*.json against what
 * src/test/policies/build recorded from {@code opa eval}.
 */
class BuiltinsTest {
    private static final Path POLICIES = Path.of("src/test/policies");
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static PolicyInstance instance;

    @BeforeAll
    static void compile() throws IOException {
        var files =
                PolicyFiles.read(Files.readAllBytes(POLICIES.resolve("compiled/builtins.tar.gz")));
        var host =
                new Host(
                        Builtins.all(),
                        InstantSource.system(),
                        new Random(1),
                        new Watchdog(),
                        Duration.ZERO,
                        1024);
        instance =
                PolicyModule.compile(files.wasm(), new WasmEngine(null))
                        .newInstance(files.data(), host);
    }

    @AfterAll
    static void close() {
        instance.close();
    }

    @TestFactory
    Stream<DynamicTest> functionsGiveWhatOpaGives() throws IOException {
        return cases("functions");
    }

    @TestFactory
    Stream<DynamicTest> tokensAreReadAsOpaReadsThem() throws IOException {
        return cases("jwt");
    }

    private static Stream<DynamicTest> cases(String name) throws IOException {
        var cases =
                JSON.readTree(Files.readAllBytes(POLICIES.resolve("cases/" + name + ".json")))
                        .get("cases");
        Map<Integer, JsonNode> expected = new HashMap<>();
        Path recorded = POLICIES.resolve("compiled/" + name + ".expected.json");
        for (var result : JSON.readTree(Files.readAllBytes(recorded))) {
            expected.put(result.get("case").intValue(), result.get("value"));
        }
        return IntStream.range(0, cases.size())
                .mapToObj(i ->
                        dynamicTest(
                                shown(i, cases.get(i)),
                                () -> check(cases.get(i), expected.get(i))));
    }

    private static void check(JsonNode input, @Nullable JsonNode expected) throws IOException {
        // When
        byte[] octets = JSON.writeValueAsBytes(input);
        boolean evaluated = instance.evaluate(0, octets, octets.length);

        // Then
        assertThat(evaluated).as("failure: %s", instance.failure()).isTrue();
        var results = JSON.readTree(instance.result(), 0, instance.resultLength());
        var value = results.path(0).get("result");
        assertThat(value).isEqualTo(expected);
    }

    private static String shown(int index, JsonNode input) {
        String text = index + " " + input.get("f").textValue() + input.get("args");
        return text.substring(0, Math.min(100, text.length()));
    }
}
