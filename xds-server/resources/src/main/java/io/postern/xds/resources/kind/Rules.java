package io.postern.xds.resources.kind;

import io.postern.config.source.Diagnostics;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.Tree;
import java.util.List;

/**
 * What must hold between fields of a document, so that an API server would take it.
 *
 * <p>Source: the validation rules (CEL) of Gateway API's CRDs.
 */
public final class Rules {
    private Rules() {}

    /** Tells what is wrong with {@code document}. */
    public static void check(Document document, Diagnostics diagnostics) {
        var spec = document.spec();
        switch (document.key().kind()) {
            case "Gateway" -> GatewayRules.check(spec, diagnostics);
            case "HTTPRoute", "GRPCRoute" -> RouteRules.check(document, diagnostics);
            case "TLSRoute", "TCPRoute" ->
                    spec.items("rules").forEach(rule -> RouteRules.backends(rule, diagnostics));
            case "Backend" -> backend(spec, diagnostics);
            case "BackendTLSPolicy" -> validation(spec.at("validation"), diagnostics);
            case "WasmPlugin" -> {
                plugin(spec, diagnostics);
                rollout(spec.at("rollout"), diagnostics);
            }
            case "APIPolicy" -> policy(spec, diagnostics);
            default -> {}
        }
    }

    private static void backend(Tree spec, Diagnostics diagnostics) {
        for (var endpoint : spec.items("endpoints")) {
            if (endpoint.has("address") == endpoint.has("hostname")) {
                diagnostics.error(endpoint.spot(), "expected: either address or hostname");
            }
        }
        var check = spec.at("healthCheck");
        int kinds = 0;
        for (var kind : new String[] {"http", "tcp", "grpc"}) {
            kinds += check.has(kind) ? 1 : 0;
        }
        if (check.isPresent() && kinds != 1) {
            diagnostics.error(check.spot(), "expected: one of http, tcp and grpc");
        }
        if (spec.has("tls")) {
            validation(spec.at("tls"), diagnostics);
        }
    }

    private static void validation(Tree validation, Diagnostics diagnostics) {
        if (validation.items("caCertificateRefs").isEmpty()
                == validation.text("wellKnownCACertificates").isEmpty()) {
            diagnostics.error(
                    validation.spot(),
                    "expected: either caCertificateRefs or wellKnownCACertificates");
        }
        for (var name : validation.items("subjectAltNames")) {
            var field = name.text("type").equals("URI") ? "uri" : "hostname";
            if (!name.has(field)) {
                diagnostics.error(name.spot(), "\"" + field + "\" is missing");
            }
        }
    }

    private static void plugin(Tree spec, Diagnostics diagnostics) {
        if (spec.has("targetRefs") && spec.has("selector")) {
            diagnostics.error(
                    spec.at("selector").spot(), "only one of targetRefs and selector can be set");
        }
        signatures(spec, diagnostics);
        gatewaySections(spec, diagnostics);
    }

    private static void signatures(Tree source, Diagnostics diagnostics) {
        boolean nobody = !source.has("verificationKey") && !source.has("keyless");
        if (nobody && source.has("signatures") && !source.text("signatures").equals("Off")) {
            diagnostics.error(
                    source.at("signatures").spot(),
                    "whose signatures? (expected: verificationKey, keyless or both)");
        }
    }

    private static void rollout(Tree rollout, Diagnostics diagnostics) {
        var hash = rollout.at("hashOn");
        if (hash.has("header") && hash.has("sourceAddress")) {
            diagnostics.error(hash.spot(), "only one of header and sourceAddress can be set");
        }
        growing(rollout.items("steps"), diagnostics);
        growing(
                rollout.items("envoys").stream().filter(step -> !step.has("nodeGroup")).toList(),
                diagnostics);
    }

    private static void growing(List<Tree> steps, Diagnostics diagnostics) {
        int before = 0;
        for (var step : steps) {
            int percent = step.number("percent", 100);
            if (percent <= before) {
                diagnostics.error(
                        step.spot(),
                        percent + " % after " + before + " % (expected: more in each step)");
            }
            before = percent;
        }
    }

    private static void policy(Tree spec, Diagnostics diagnostics) {
        gatewaySections(spec, diagnostics);
        rollout(spec.at("opa").at("rollout"), diagnostics);
        var envoys = spec.at("opa").at("rollout").at("envoys");
        if (envoys.isPresent()) {
            diagnostics.error(envoys.spot(), "Envoy has no OPA filter (expected: no envoys)");
        }
        signatures(spec.at("opa").at("bundle"), diagnostics);
        var auth = spec.at("auth");
        if (auth.isPresent() && !auth.has("apiKey") && !auth.has("jwt")) {
            diagnostics.error(auth.spot(), "expected: apiKey, jwt or both");
        }
        for (var limit : spec.items("rateLimits")) {
            var key = limit.at("key");
            var needed =
                    switch (key.text("from")) {
                        case "header" -> "name";
                        case "jwt_claim" -> "claim";
                        default -> "";
                    };
            if (!needed.isEmpty() && !key.has(needed)) {
                diagnostics.error(key.spot(), "\"" + needed + "\" is missing");
            }
        }
    }

    private static void gatewaySections(Tree spec, Diagnostics diagnostics) {
        for (var target : spec.items("targetRefs")) {
            if (target.has("sectionName") && target.text("kind").equals("Gateway")) {
                diagnostics.error(
                        target.at("sectionName").spot(),
                        "only a rule of a route can be named, not a listener",
                        "target the routes that are attached to it");
            }
        }
    }
}
