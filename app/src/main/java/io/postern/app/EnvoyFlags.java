package io.postern.app;

import io.postern.core.Gateway;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Envoy's command-line flags. Those that mean nothing here are accepted, so that a command line of
 * Envoy's works unchanged, and {@link #ignored} says so.
 *
 * <p>Source: Envoy's "Command line options".
 */
final class EnvoyFlags {
    @Option(
            names = {"-c", "--config-path"},
            paramLabel = "FILE",
            description = "Configuration, YAML or JSON.")
    @Nullable Path configPath;

    @Option(
            names = "--config-yaml",
            paramLabel = "YAML",
            description = "Configuration laid over the file's.")
    @Nullable String configYaml;

    @Option(names = "--mode", description = "serve, validate or init_only (default: serve).")
    Mode mode = Mode.SERVE;

    @Option(
            names = "--concurrency",
            description = "Worker threads (default: the number of processors).")
    int concurrency;

    @Option(
            names = {"-l", "--log-level"},
            description = "trace, debug, info, warning, error, critical or off.")
    Log.Level logLevel = Log.Level.INFO;

    @Option(
            names = "--log-path",
            paramLabel = "FILE",
            description = "Log to this file instead of standard error.")
    @Nullable Path logPath;

    @Option(
            names = "--service-node",
            paramLabel = "ID",
            description = "Node id, over the configuration's.")
    @Nullable String serviceNode;

    @Option(
            names = "--service-cluster",
            paramLabel = "NAME",
            description = "Node cluster, over the configuration's.")
    @Nullable String serviceCluster;

    @Option(
            names = "--service-zone",
            paramLabel = "ZONE",
            description = "Node zone, over the configuration's.")
    @Nullable String serviceZone;

    @Option(
            names = "--admin-address-path",
            paramLabel = "FILE",
            description = "Write the admin address here.")
    @Nullable Path adminAddressPath;

    @Option(
            names = "--drain-time-s",
            description =
                    "Seconds in which connections of a changed or removed listener, or of a process"
                            + " that ends, are to end (default: 600).")
    int drainTimeSeconds = 600;

    @Option(
            names = "--drain-strategy",
            description =
                    "When connections of a changed or removed listener are told to end: gradual"
                            + " (spread over the drain time, default) or immediate.")
    DrainStrategy drainStrategy = DrainStrategy.GRADUAL;

    @Option(names = "--parent-shutdown-time-s", description = "Accepted.")
    @Nullable String parentShutdownTime;

    @Option(names = "--component-log-level", description = "Accepted.")
    @Nullable String componentLogLevel;

    @Option(names = "--log-format", description = "Accepted.")
    @Nullable String logFormat;

    @Option(
            names = {"--log-format-escaped", "--enable-fine-grain-logging"},
            description = "Accepted.")
    boolean logSwitches;

    @Option(names = "--restart-epoch", description = "Accepted.")
    @Nullable String restartEpoch;

    @Option(names = "--base-id", description = "Accepted.")
    @Nullable String baseId;

    @Option(names = "--base-id-path", description = "Accepted.")
    @Nullable String baseIdPath;

    @Option(
            names = {
                "--use-dynamic-base-id",
                "--disable-hot-restart",
                "--enable-mutex-tracing",
                "--cpuset-threads",
                "--skip-hot-restart-on-no-parent",
                "--skip-hot-restart-parent-stats",
                "--skip-deprecated-logs"
            },
            description = "Accepted.")
    boolean processSwitches;

    @Option(
            names = {
                "--allow-unknown-fields",
                "--allow-unknown-static-fields",
                "--ignore-unknown-dynamic-fields",
                "--reject-unknown-dynamic-fields"
            },
            description = "Accepted.")
    boolean unknownFields;

    @Option(
            names = {
                "--file-flush-interval-msec",
                "--file-flush-min-size-kb",
                "--socket-path",
                "--socket-mode",
                "--local-address-ip-version",
                "--disable-extensions",
                "--stats-tag",
                "--hot-restart-version"
            },
            arity = "0..1",
            description = "Accepted.")
    @Nullable List<String> others;

    /** Envoy's --mode. */
    enum Mode {
        SERVE,
        VALIDATE,
        INIT_ONLY
    }

    /** Envoy's --drain-strategy. */
    enum DrainStrategy {
        GRADUAL,
        IMMEDIATE
    }

    Gateway.Drain drain() {
        return new Gateway.Drain(
                Duration.ofSeconds(drainTimeSeconds), drainStrategy == DrainStrategy.GRADUAL);
    }

    int workers() {
        return concurrency > 0 ? concurrency : Runtime.getRuntime().availableProcessors();
    }

    /** A sentence for each flag that was given and changes nothing. */
    List<String> ignored() {
        List<String> said = new ArrayList<>();
        if (componentLogLevel != null) {
            said.add(
                    "--component-log-level: there is one level for all components: use --log-level");
        }
        if (logFormat != null || logSwitches) {
            said.add("--log-format: the layout is fixed: [time][level][component] message");
        }
        if (restartEpoch != null
                || baseId != null
                || baseIdPath != null
                || processSwitches
                || parentShutdownTime != null) {
            said.add("hot-restart flags: processes hand over by sharing the port (SO_REUSEPORT)");
        }
        if (unknownFields) {
            said.add("unknown fields are always refused: a misspelt field must not change traffic");
        }
        if (others != null) {
            said.add("some flags that tune Envoy's own internals have no effect here");
        }
        return said;
    }
}
