package io.postern.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The load generators that others use find nothing to complain about. Skipped, and shown as such,
 * where they are not installed (Debian: wrk, nghttp2-client).
 */
@Timeout(60)
class LoadToolsIT {
    private final Gateway gateway = TestGateway.start(new CountingFilter());
    private int port;

    @BeforeEach
    void serve() {
        TestGateway.serve(
                gateway,
                """
                static_resources:
                  listeners:
                  - name: main
                    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                    filter_chains:
                    - filters:
                      - name: hcm
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                          stat_prefix: test
                          route_config:
                            virtual_hosts:
                            - name: all
                              domains: ["*"]
                              routes:
                              - match: {prefix: /}
                                direct_response: {status: 200, body: {inline_string: "hello"}}
                          http_filters:
                          - name: router
                            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                """);
        port = TestGateway.port(gateway);
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private static String run(String tool, String... arguments) throws Exception {
        boolean installed =
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(directory -> new File(directory, tool).canExecute());
        assumeTrue(installed, tool + " is not installed: nothing was tried");
        List<String> command = new ArrayList<>(List.of(tool));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output = text(process);
            assertThat(process.waitFor()).as(output).isZero();
            return output;
        } finally {
            process.destroyForcibly();
        }
    }

    private static String text(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void wrkSeesNoError() throws Exception {
        // When
        String output = run("wrk", "-t1", "-c20", "-d2s", "http://127.0.0.1:" + port + "/");
        // Then
        assertThat(output).contains("requests in").doesNotContain("Socket errors", "Non-2xx");
    }

    @Test
    void h2loadSeesNoErrorOverEitherVersion() throws Exception {
        for (String protocol : List.of("h2c", "http/1.1")) {
            // When
            String output =
                    run(
                            "h2load",
                            "-n5000",
                            "-c10",
                            "-m20",
                            "-p" + protocol,
                            "http://127.0.0.1:" + port + "/");
            // Then
            assertThat(output)
                    .containsPattern(Pattern.compile("5000 succeeded, 0 failed, 0 errored"));
        }
    }
}
