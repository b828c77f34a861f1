package io.postern.app;

import static io.postern.app.cli.Flag.toggle;
import static io.postern.app.cli.Flag.valued;

import io.postern.app.cli.Arguments;
import io.postern.app.cli.Flag;
import io.postern.app.cli.UsageException;
import io.postern.core.Gateway;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's command-line flags. Those that mean nothing here are accepted, so that a command line of
 * Envoy's works unchanged, and {@link #ignored} says so.
 *
 * <p>Source: Envoy's "Command line options".
 */
record EnvoyFlags(Arguments arguments) {
    private static final Flag CONFIG_PATH =
            valued("FILE", "Configuration, YAML or JSON.", "-c", "--config-path");
    private static final Flag CONFIG_YAML =
            valued("YAML", "Configuration laid over the file's.", "--config-yaml");
    private static final Flag MODE =
            valued("MODE", "serve, validate or init_only (default: serve).", "--mode");
    private static final Flag CONCURRENCY =
            valued("N", "Worker threads (default: the number of processors).", "--concurrency");
    private static final Flag LOG_LEVEL =
            valued(
                    "LEVEL",
                    "trace, debug, info, warning, error, critical or off (default: info).",
                    "-l",
                    "--log-level");
    private static final Flag COMPONENT_LOG_LEVEL =
            valued(
                    "LEVELS",
                    "COMPONENT:LEVEL, separated by commas; wasm has a level of its own here.",
                    "--component-log-level");
    private static final Flag LOG_PATH =
            valued("FILE", "Log to this file instead of standard error.", "--log-path");
    private static final Flag SERVICE_NODE =
            valued("ID", "Node id, over the configuration's.", "--service-node");
    private static final Flag SERVICE_CLUSTER =
            valued("NAME", "Node cluster, over the configuration's.", "--service-cluster");
    private static final Flag SERVICE_ZONE =
            valued("ZONE", "Node zone, over the configuration's.", "--service-zone");
    private static final Flag ADMIN_ADDRESS_PATH =
            valued("FILE", "Write the admin address here.", "--admin-address-path");
    private static final Flag DRAIN_TIME =
            valued(
                    "S",
                    "Seconds in which draining connections are to end (default: 600).",
                    "--drain-time-s");
    private static final Flag DRAIN_STRATEGY =
            valued(
                    "HOW",
                    "gradual (told to end over the drain time, default) or immediate.",
                    "--drain-strategy");
    private static final Flag SPAN_PATH =
            valued(
                    "FILE",
                    "Append spans of sampled requests to this file, as OTLP in JSON (not a flag of"
                            + " Envoy's).",
                    "--span-path");
    private static final Flag BASE_ID =
            valued(
                    "N",
                    "Which gateways of this machine follow each other (default: 0).",
                    "--base-id");
    private static final Flag RESTART_EPOCH =
            valued(
                    "N",
                    "How many came before: takes over from the process with N - 1, then ends it.",
                    "--restart-epoch");
    private static final Flag PARENT_SHUTDOWN_TIME =
            valued(
                    "S",
                    "Seconds after which the process before is killed (default: 900).",
                    "--parent-shutdown-time-s");
    private static final Flag DISABLE_HOT_RESTART =
            toggle("Listening sockets are neither taken nor given.", "--disable-hot-restart");
    private static final Flag SKIP_WITHOUT_PARENT =
            toggle(
                    "With --restart-epoch: start also when there is no process before.",
                    "--skip-hot-restart-on-no-parent");
    private static final List<Flag> USED =
            List.of(
                    CONFIG_PATH,
                    CONFIG_YAML,
                    MODE,
                    CONCURRENCY,
                    LOG_LEVEL,
                    COMPONENT_LOG_LEVEL,
                    LOG_PATH,
                    SERVICE_NODE,
                    SERVICE_CLUSTER,
                    SERVICE_ZONE,
                    ADMIN_ADDRESS_PATH,
                    DRAIN_TIME,
                    DRAIN_STRATEGY,
                    SPAN_PATH,
                    BASE_ID,
                    RESTART_EPOCH,
                    PARENT_SHUTDOWN_TIME,
                    DISABLE_HOT_RESTART,
                    SKIP_WITHOUT_PARENT);

    /** Flags that change nothing here, with the sentence that says so. */
    private record Ignored(String why, List<Flag> flags) {}

    private static final List<Ignored> IGNORED =
            List.of(
                    new Ignored(
                            "--log-format: the layout is fixed: [time][level][component] message",
                            List.of(
                                    accepted("--log-format"),
                                    acceptedToggle("--log-format-escaped"),
                                    acceptedToggle("--enable-fine-grain-logging"))),
                    new Ignored(
                            "processes follow each other by --base-id and --restart-epoch only: counters begin"
                                    + " at zero, and any number may have one base id",
                            List.of(
                                    accepted("--base-id-path"),
                                    accepted("--socket-path"),
                                    accepted("--socket-mode"),
                                    acceptedToggle("--hot-restart-version"),
                                    acceptedToggle("--use-dynamic-base-id"),
                                    acceptedToggle("--skip-hot-restart-parent-stats"))),
                    new Ignored(
                            "unknown fields are always refused: a misspelt field must not change traffic",
                            List.of(
                                    acceptedToggle("--allow-unknown-fields"),
                                    acceptedToggle("--allow-unknown-static-fields"),
                                    acceptedToggle("--ignore-unknown-dynamic-fields"),
                                    acceptedToggle("--reject-unknown-dynamic-fields"))),
                    new Ignored(
                            "some flags that tune Envoy's own internals have no effect here",
                            List.of(
                                    accepted("--file-flush-interval-msec"),
                                    accepted("--file-flush-min-size-kb"),
                                    accepted("--local-address-ip-version"),
                                    accepted("--disable-extensions"),
                                    accepted("--stats-tag"),
                                    acceptedToggle("--enable-mutex-tracing"),
                                    acceptedToggle("--cpuset-threads"),
                                    acceptedToggle("--skip-deprecated-logs"))));

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

    private static Flag accepted(String name) {
        return valued("…", "", name);
    }

    private static Flag acceptedToggle(String name) {
        return toggle("", name);
    }

    /** All of them. */
    static List<Flag> all() {
        return Stream.concat(USED.stream(), IGNORED.stream().flatMap(i -> i.flags().stream()))
                .toList();
    }

    @Nullable Path configPath() {
        return arguments.path(CONFIG_PATH);
    }

    @Nullable String configYaml() {
        return arguments.get(CONFIG_YAML);
    }

    Mode mode() {
        return arguments.choice(MODE, Mode.SERVE);
    }

    int workers() {
        int processors = Runtime.getRuntime().availableProcessors();
        int given = arguments.number(CONCURRENCY, 0, processors);
        return given == 0 ? processors : given;
    }

    Log.Level logLevel() {
        return arguments.choice(LOG_LEVEL, Log.Level.INFO);
    }

    /** The level of component wasm; null: that of all. */
    Log.@Nullable Level pluginLogLevel() {
        String given = arguments.get(COMPONENT_LOG_LEVEL);
        for (String one : given == null ? List.<String>of() : List.of(given.split(",", -1))) {
            String[] parts = one.split(":", 2);
            if (parts[0].equals("wasm") && parts.length == 2) {
                return level(parts[1]);
            }
        }
        return null;
    }

    private static Log.Level level(String name) {
        for (Log.Level level : Log.Level.values()) {
            if (level.name().equalsIgnoreCase(name)) {
                return level;
            }
        }
        throw new UsageException(
                "--component-log-level: wasm:"
                        + name
                        + " (expected: trace, debug, info, warning, error, critical or off)");
    }

    @Nullable Path logPath() {
        return arguments.path(LOG_PATH);
    }

    @Nullable String serviceNode() {
        return arguments.get(SERVICE_NODE);
    }

    @Nullable String serviceCluster() {
        return arguments.get(SERVICE_CLUSTER);
    }

    @Nullable String serviceZone() {
        return arguments.get(SERVICE_ZONE);
    }

    @Nullable Path adminAddressPath() {
        return arguments.path(ADMIN_ADDRESS_PATH);
    }

    @Nullable Path spanPath() {
        return arguments.path(SPAN_PATH);
    }

    Gateway.Drain drain() {
        boolean gradual =
                arguments.choice(DRAIN_STRATEGY, DrainStrategy.GRADUAL) == DrainStrategy.GRADUAL;
        return new Gateway.Drain(Duration.ofSeconds(arguments.number(DRAIN_TIME, 0, 600)), gradual);
    }

    int baseId() {
        return arguments.number(BASE_ID, 0, 0);
    }

    int restartEpoch() {
        return arguments.number(RESTART_EPOCH, 0, 0);
    }

    Duration parentShutdownTime() {
        return Duration.ofSeconds(arguments.number(PARENT_SHUTDOWN_TIME, 0, 900));
    }

    boolean hotRestartDisabled() {
        return arguments.has(DISABLE_HOT_RESTART);
    }

    boolean doesWithoutParent() {
        return arguments.has(SKIP_WITHOUT_PARENT);
    }

    /** A sentence for each group of flags that was given and changes nothing. */
    List<String> ignored() {
        return IGNORED.stream()
                .filter(group -> group.flags().stream().anyMatch(arguments::has))
                .map(Ignored::why)
                .toList();
    }
}
