package io.postern.xds.resources.envoy;

import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy.RetryBackOff;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteAction.MaxStreamDuration;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.Tree;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Timeouts and retries of a rule: its own, else its policy's. */
final class Resilience {
    private static final String CODES = "retriable-status-codes";
    private static final List<String> UNANSWERED =
            List.of("connect-failure", "refused-stream", "unavailable");

    private Resilience() {}

    static void timeouts(
            RouteAction.Builder action, Tree rule, @Nullable Document policy, boolean grpc) {
        var own = rule.at("timeouts");
        var timeouts = policy == null ? rule.at("timeouts") : policy.spec().at("timeouts");
        if (own.has("request")) {
            action.setTimeout(Protos.duration(own.text("request")));
        } else if (timeouts.has("request")) {
            action.setTimeout(Protos.duration(timeouts.text("request")));
        } else if (grpc) {
            // streams end when their caller says so
            action.setTimeout(Protos.duration("0s"))
                    .setMaxStreamDuration(
                            MaxStreamDuration.newBuilder()
                                    .setGrpcTimeoutHeaderMax(Protos.duration("0s")));
        }
        if (timeouts.has("idle")) {
            action.setIdleTimeout(Protos.duration(timeouts.text("idle")));
        }
    }

    static void retries(RouteAction.Builder action, Tree rule, @Nullable Document policy) {
        var own = rule.at("retry");
        var retry = RetryPolicy.newBuilder();
        boolean any = false;
        if (own.isPresent()) {
            any = true;
            ofRule(own, retry);
        } else if (policy != null) {
            any = true;
            ofPolicy(policy.spec().at("retries"), retry);
        }
        var attempt = rule.at("timeouts").text("backendRequest");
        if (!attempt.isEmpty()) {
            retry.setPerTryTimeout(Protos.duration(attempt));
            if (!any) {
                retry.setNumRetries(Protos.number(0));
            }
            any = true;
        }
        if (any) {
            action.setRetryPolicy(retry);
        }
    }

    private static void ofRule(Tree own, RetryPolicy.Builder retry) {
        var on = new ArrayList<>(UNANSWERED);
        conditions(on, own.texts("codes"), retry);
        retry.setNumRetries(Protos.number(own.number("attempts", 1)));
        backoff(own.text("backoff"), retry);
    }

    private static void ofPolicy(Tree retries, RetryPolicy.Builder retry) {
        var on = new ArrayList<>(retries.texts("on"));
        if (on.isEmpty() && !retries.has("statuses")) {
            on.addAll(UNANSWERED);
        }
        conditions(on, retries.texts("statuses"), retry);
        retry.setNumRetries(Protos.number(retries.number("attempts", 1)));
        backoff(retries.text("backoff"), retry);
        if (retries.has("perTryTimeout")) {
            retry.setPerTryTimeout(Protos.duration(retries.text("perTryTimeout")));
        }
    }

    private static void conditions(List<String> on, List<String> codes, RetryPolicy.Builder retry) {
        if (!codes.isEmpty()) {
            on.add(CODES);
            codes.forEach(code -> retry.addRetriableStatusCodes(Integer.parseInt(code)));
        }
        retry.setRetryOn(String.join(",", on));
    }

    private static void backoff(String base, RetryPolicy.Builder retry) {
        if (!base.isEmpty()) {
            retry.setRetryBackOff(RetryBackOff.newBuilder().setBaseInterval(Protos.duration(base)));
        }
    }
}
