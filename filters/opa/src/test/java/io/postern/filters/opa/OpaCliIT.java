package io.postern.filters.opa;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.postern.filters.opa.builtin.Builtins;
import io.postern.filters.opa.bundle.PolicyFiles;
import io.postern.filters.opa.engine.Host;
import io.postern.filters.opa.engine.PolicyInstance;
import io.postern.filters.opa.engine.PolicyModule;
import io.postern.filters.opa.input.InputDocument;
import io.postern.filters.opa.input.RequestBody;
import io.postern.filters.wasm.engine.WasmEngine;
import io.postern.filters.wasm.engine.Watchdog;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.testkit.FakeStreamInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random requests get the same decision from the compiled policy here and from {@code opa eval} of
 * the real OPA there, which also proves that input documents are JSON as OPA reads it. The seed is
 * in the message of a failure; {@code -Dseed=N} replays it.
 */
class OpaCliIT {
    private static final int REQUESTS = 300;
    private static final Path POLICIES = Path.of("src/test/policies").toAbsolutePath();
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir private Path directory = Path.of("");

    @Test
    void decidesAsOpaDoes() throws IOException, InterruptedException {
        // Given
        var opa = opa();
        if (opa.isEmpty()) {
            System.err.println(
                    "SKIPPED OpaCliIT: no opa command found. Run src/test/policies/find-opa once, or set OPA=/path/to/opa");
        }
        assumeTrue(opa.isPresent(), "no opa command");
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new Random(seed);
        var inputs = JSON.createArrayNode();
        for (int i = 0; i < REQUESTS; i++) {
            inputs.add(JSON.readTree(input(random)));
        }

        // When
        var theirs = eval(opa.get(), inputs);
        var ours = evaluate(inputs);

        // Then
        assertThat(ours).as("seed %s", seed).isEqualTo(theirs);
        assertThat(theirs.toString())
                .as("seed %s reaches both decisions", seed)
                .contains("true", "false");
    }

    private static byte[] input(Random random) {
        var document = new InputDocument(List.of());
        var headers =
                HeaderMap.of(
                        ":method", pick(random, "GET", "POST", "PUT", "DELETE"),
                        ":path",
                                pick(
                                        random,
                                        "/api/x",
                                        "/api%2Fy?a=%22&b",
                                        "/web/ü?q=1&q=2",
                                        "//api"),
                        ":authority", pick(random, "a.example", "b.example:8080", "\"quoted\""),
                        "x-role", pick(random, "reader", "writer", "", "\u00e4"),
                        "x-user", pick(random, "root", "guest", "ann\\bob\t"),
                        "content-type",
                                pick(
                                        random,
                                        "application/json",
                                        "application/x-www-form-urlencoded",
                                        "text/plain"));
        byte[] body =
                pick(random, "", "{\"a\":[1,{\"b\":null}]}", "42", "[]")
                        .getBytes(StandardCharsets.UTF_8);
        var error =
                document.write(
                        headers,
                        new FakeStreamInfo(),
                        random.nextInt(1000),
                        new RequestBody(body, body.length, random.nextBoolean()));
        return error == null ? Arrays.copyOf(document.octets(), document.length()) : input(random);
    }

    private ObjectNode eval(Path opa, ArrayNode inputs) throws IOException, InterruptedException {
        var file = directory.resolve("inputs.json");
        JSON.writeValue(file.toFile(), JSON.createObjectNode().set("inputs", inputs));
        String query =
                "{\"allow\": [v | some i in input.inputs; v := data.roles.allow with input as i], \"echo\": [v | some i in input.inputs; v := json.unmarshal(data.echo.parsed_body.body) with input as i]}";
        var output = directory.resolve("output.json");
        var process =
                new ProcessBuilder(
                                opa.toString(),
                                "eval",
                                "--format",
                                "raw",
                                "--data",
                                POLICIES.resolve("roles.rego").toString(),
                                "--data",
                                POLICIES.resolve("echo.rego").toString(),
                                "--data",
                                POLICIES.resolve("roles-data.json").toString(),
                                "--input",
                                file.toString(),
                                query)
                        .redirectOutput(output.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return (ObjectNode) JSON.readTree(output.toFile());
    }

    private static ObjectNode evaluate(ArrayNode inputs) throws IOException {
        var allow = JSON.createArrayNode();
        var echo = JSON.createArrayNode();
        var roles = instance("roles");
        var echoes = instance("echo");
        for (var input : inputs) {
            allow.add(
                    result(
                            roles.instance,
                            requireNonNull(roles.module.entrypoints().get("roles/allow")),
                            JSON.writeValueAsBytes(input)));
            var shown =
                    result(
                            echoes.instance,
                            requireNonNull(echoes.module.entrypoints().get("echo/parsed_body")),
                            JSON.writeValueAsBytes(input));
            echo.add(JSON.readTree(shown.get("body").textValue()));
        }
        return JSON.createObjectNode().<ObjectNode>set("allow", allow).set("echo", echo);
    }

    private record Loaded(PolicyModule module, PolicyInstance instance) {}

    private static Loaded instance(String name) throws IOException {
        var files =
                PolicyFiles.read(
                        Files.readAllBytes(POLICIES.resolve("compiled/" + name + ".tar.gz")));
        var module = PolicyModule.compile(files.wasm(), new WasmEngine(null));
        var host =
                new Host(
                        Builtins.all(),
                        InstantSource.system(),
                        new Random(1),
                        new Watchdog(),
                        Duration.ZERO,
                        1024);
        return new Loaded(module, module.newInstance(files.data(), host));
    }

    private static JsonNode result(PolicyInstance instance, int entrypoint, byte[] input)
            throws IOException {
        assertThat(instance.evaluate(entrypoint, input, input.length))
                .as("%s", instance.failure())
                .isTrue();
        return JSON.readTree(instance.result(), 0, instance.resultLength()).get(0).get("result");
    }

    private static String pick(Random random, String... values) {
        return values[random.nextInt(values.length)];
    }

    private static Optional<Path> opa() {
        var places = new ArrayList<String>();
        Stream.ofNullable(System.getenv("OPA")).forEach(places::add);
        String cache =
                System.getenv()
                        .getOrDefault(
                                "XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache");
        places.add(cache + "/postern/tools/opa");
        for (String entry : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            places.add(entry + "/opa");
        }
        return places.stream().map(Path::of).filter(Files::isExecutable).findFirst();
    }
}
