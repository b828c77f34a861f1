package io.postern.app.interop;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.app.Assembly;
import io.postern.app.Log;
import io.postern.app.differential.Ports;
import io.postern.app.differential.RecordingUpstream;
import io.postern.config.ConfigFile;
import io.postern.config.LoadResult;
import io.postern.core.Gateway;
import io.postern.xds.testkit.Tools;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The conformance tests of h2spec as a client of a gateway, in front of an upstream of either
 * codec. The misses are told in docs/status.md; those of frames that race with a close come and go.
 */
@Timeout(240)
class H2specIT {
    private static final int CASES = 145;
    private static final int MUST_PASS = 140;
    private static final Pattern TALLY =
            Pattern.compile("(\\d+) tests, (\\d+) passed, (\\d+) skipped, (\\d+) failed");

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({"HTTP/1.1, http_protocol_options", "HTTP/2, http2_protocol_options"})
    void aClientThatKeepsToTheLetterOfHttp2IsContent(String upstream, String options)
            throws Exception {
        // Given
        Path h2spec = Tools.h2spec().orSkip();
        try (var origin = new RecordingUpstream(new Ports(new SecureRandom()));
                Assembly gateway = gateway(origin.portA(), options)) {
            var address = gateway.gateway().listeners().getFirst().address();
            int port = ((InetSocketAddress) requireNonNull(address)).getPort();
            // When
            String said = run(h2spec, port);
            // Then
            Matcher tally = TALLY.matcher(said);
            assertThat(tally.find()).as(said).isTrue();
            System.out.println("h2spec, " + upstream + " behind the gateway: " + tally.group());
            said.lines()
                    .filter(line -> line.contains("\u00d7"))
                    .distinct()
                    .forEach(System.out::println);
            assertThat(Integer.parseInt(tally.group(1))).isEqualTo(CASES);
            assertThat(Integer.parseInt(tally.group(2)))
                    .as("%s", said)
                    .isGreaterThanOrEqualTo(MUST_PASS);
        }
    }

    private String run(Path h2spec, int port) throws IOException, InterruptedException {
        Tools.Outcome outcome =
                Tools.run(
                        folder,
                        Map.of(),
                        Tools.command(
                                h2spec,
                                "-h",
                                "127.0.0.1",
                                "-p",
                                Integer.toString(port),
                                "-o",
                                "3"));
        return outcome.said();
    }

    private static Assembly gateway(int port, String options) throws IOException {
        String yaml =
                Files.readString(Path.of("src/test/resources/interop.yaml"))
                        .replace("PORT", Integer.toString(port))
                        .replace("http2_protocol_options", options)
                        .replace("stat_prefix:", "codec_type: HTTP2\n          stat_prefix:")
                        .replaceAll("(?m)^.*# TLS\\n", "");
        if (!(new ConfigFile(Map.of()).loadYaml("h2spec", yaml)
                instanceof LoadResult.Loaded loaded)) {
            throw new IllegalStateException("the configuration is not understood");
        }
        var log = new Log(new PrintStream(OutputStream.nullOutputStream()), Log.Level.OFF);
        return new Assembly(loaded, 1, new Gateway.Drain(Duration.ZERO, false), log);
    }
}
