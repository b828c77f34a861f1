package io.postern.app.demo;

import io.postern.app.GatewayProcess;
import io.postern.app.Log;
import io.postern.config.ConfigFile;
import io.postern.config.LoadResult;
import io.postern.config.model.Bootstrap;
import io.postern.config.source.Report;
import io.postern.core.Gateway;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code postern demo}: two upstreams and a gateway in one process, and what to try. */
@Command(
        name = "demo",
        description =
                "Runs a gateway with plugins, a policy and two upstreams, and says what to try.",
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
    private static final String TOKEN =
            "eyJhbGciOiJIUzI1NiIsImtpZCI6ImRlbW8iLCJ0eXAiOiJKV1QifQ.eyJpc3MiOiJodHRwczovL2RlbW8ucG9zdGVy"
                    + "bi5leGFtcGxlIiwiYXVkIjoiZGVtbyIsInN1YiI6ImJvYiIsInRlbmFudCI6ImFjbWUiLCJpYXQiOjE3NjcyMjU2MDAs"
                    + "ImV4cCI6NDEwMjQ0NDgwMH0._EV_PimDXo_EObqbnBl02OxBKVmQ33cjn4GRly1a6aU";
    private static final String WHAT_TO_TRY =
            """

            Postern listens on http://127.0.0.1:10000, its admin server on http://127.0.0.1:9901.

            A plain route:
              curl -i http://127.0.0.1:10000/hello
            Wasm plugin 'auth': 401 without a key, 200 with a key or a token
              curl -i http://127.0.0.1:10000/auth
              curl -i http://127.0.0.1:10000/auth -H 'x-api-key: demo-key'
              curl -i http://127.0.0.1:10000/auth -H 'authorization: Bearer TOKEN'
            Wasm plugin 'rate-limit': two requests a second, three at once, then 429
              for i in 1 2 3 4 5; do curl -s -o /dev/null -w '%{http_code}\\n' http://127.0.0.1:10000/limited; done
            OPA policy (config/examples/policies/demo.rego): 403 with the reason, 200 for a reader
              curl -i http://127.0.0.1:10000/opa
              curl -i http://127.0.0.1:10000/opa -H 'x-role: reader'
              curl -i http://127.0.0.1:10000/opa -H 'x-role: reader' -d 'hello'
            All three:
              curl -i http://127.0.0.1:10000/all -H 'x-api-key: demo-key' -H 'x-role: reader'
            What the gateway knows:
              curl http://127.0.0.1:9901/stats?filter=demo
              curl http://127.0.0.1:9901/clusters

            The configuration is config/examples/demo.yaml. Ctrl-C drains and stops.
            """;

    @Spec CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        var out = spec.commandLine().getOut();
        Path file = Path.of("config", "examples", "demo.yaml");
        LoadResult result = new ConfigFile(System.getenv()).load(file);
        return switch (result) {
            case LoadResult.Broken _ -> {
                Report.text(file.toString(), result).forEach(spec.commandLine().getErr()::println);
                yield 1;
            }
            case LoadResult.Loaded(Bootstrap bootstrap, _) -> {
                try (var _ = new DemoUpstream("orders", 10001);
                        var _ = new DemoUpstream("catalog", 10002)) {
                    var process =
                            GatewayProcess.start(
                                    bootstrap,
                                    2,
                                    new Gateway.Drain(Duration.ofSeconds(30), false),
                                    new Log(System.err, Log.Level.INFO));
                    out.print(WHAT_TO_TRY.replace("TOKEN", TOKEN));
                    out.flush();
                    process.awaitStopped();
                }
                yield 0;
            }
        };
    }
}
