package io.postern.app.demo;

import java.util.List;

/** Some requests and what they show. */
record DemoStep(String title, List<DemoRequest> requests) {
    private static final String KEY = "x-api-key: demo-key";
    private static final String READER = "x-role: reader";
    private static final String TOKEN =
            "eyJhbGciOiJIUzI1NiIsImtpZCI6ImRlbW8iLCJ0eXAiOiJKV1QifQ.eyJpc3MiOiJodHRwczovL2RlbW8ucG9zdGVy"
                    + "bi5leGFtcGxlIiwiYXVkIjoiZGVtbyIsInN1YiI6ImJvYiIsInRlbmFudCI6ImFjbWUiLCJpYXQiOjE3NjcyMjU2MDAs"
                    + "ImV4cCI6NDEwMjQ0NDgwMH0._EV_PimDXo_EObqbnBl02OxBKVmQ33cjn4GRly1a6aU";

    /**
     * What the demo shows, in order. The key, the token and the secret behind it are the demo's.
     */
    static List<DemoStep> all() {
        return List.of(
                new DemoStep("A plain route:", List.of(DemoRequest.get("/hello", 200))),
                new DemoStep(
                        "Wasm plugin 'auth': 401 without a key, 200 with a key or a token",
                        List.of(
                                DemoRequest.get("/auth", 401),
                                DemoRequest.get("/auth", 200, KEY),
                                DemoRequest.get("/auth", 200, "authorization: Bearer " + TOKEN))),
                new DemoStep(
                        "Wasm plugin 'rate-limit': two requests a second, three at once, then 429",
                        List.of(
                                new DemoRequest(
                                        "/limited",
                                        List.of(),
                                        "",
                                        List.of(200, 200, 200, 429, 429)))),
                new DemoStep(
                        "OPA policy (config/examples/policies/demo.rego): 403 with the reason, 200 for a reader who reads",
                        List.of(
                                DemoRequest.get("/opa", 403),
                                DemoRequest.get("/opa", 200, READER),
                                DemoRequest.get("/opa", 403, READER).withBody("hello"))),
                new DemoStep("All three:", List.of(DemoRequest.get("/all", 200, KEY, READER))));
    }

    /** Adds its lines to {@code text}. */
    void tell(String gateway, StringBuilder text) {
        text.append(title).append('\n');
        requests.forEach(request -> text.append("  ").append(request.curl(gateway)).append('\n'));
    }
}
