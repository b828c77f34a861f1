package io.postern.app.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Turns one case's request fields into a request for each protocol it is to be sent over. */
final class RequestBuilder {
    private final String method;
    private final String path;
    private final String authority;
    private final List<Header> headers;
    private final Bytes body;
    private final List<Header> trailers;
    private final Set<String> omitted;
    private final List<Request.Option> options;

    RequestBuilder(CaseNode node) {
        method = node.text("method", "GET");
        path = node.text("path", "/");
        authority = node.text("authority", "postern.test");
        headers = node.headers("headers");
        int bodySize = node.number("body_size", -1);
        body = bodySize >= 0 ? Bytes.pattern(bodySize) : Bytes.latin1(node.text("body", ""));
        trailers = node.headers("trailers");
        omitted = Set.copyOf(node.texts("omit"));
        options = new ArrayList<>(options(node));
        if (node.flag("chunked") || !trailers.isEmpty()) {
            options.add(Request.Option.CHUNKED);
        }
    }

    static Request raw(List<Bytes> pieces, CaseNode node) {
        return new Request(
                Request.Protocol.RAW,
                node.text("method", "GET"),
                "",
                List.of(),
                Bytes.EMPTY,
                List.of(),
                pieces,
                node.number("responses", 1),
                options(node));
    }

    Request build(String protocol) {
        boolean http2 = protocol.equals("http2");
        if (!http2 && !protocol.equals("http1")) {
            throw new IllegalArgumentException(protocol + " (expected: http1 or http2)");
        }
        return new Request(
                http2 ? Request.Protocol.HTTP2 : Request.Protocol.HTTP1,
                method,
                path,
                http2 ? http2Headers() : http1Headers(),
                body,
                trailers,
                List.of(),
                1,
                options);
    }

    private List<Header> http1Headers() {
        List<Header> all = new ArrayList<>();
        if (!omitted.contains("host")) {
            all.add(new Header("Host", authority));
        }
        all.addAll(headers);
        if (options.contains(Request.Option.CHUNKED)) {
            all.add(new Header("Transfer-Encoding", "chunked"));
        } else if (lengthIsDue()) {
            all.add(new Header("Content-Length", Integer.toString(body.size())));
        }
        return all;
    }

    private boolean lengthIsDue() {
        boolean given = headers.stream().anyMatch(h -> h.name().equalsIgnoreCase("content-length"));
        boolean expected = body.size() > 0 || method.equals("POST") || method.equals("PUT");
        return expected && !given && !omitted.contains("content-length");
    }

    private List<Header> http2Headers() {
        List<Header> all = new ArrayList<>();
        pseudo(all, ":method", method);
        pseudo(all, ":scheme", "http");
        pseudo(all, ":authority", authority);
        pseudo(all, ":path", path);
        for (Header header : headers) {
            boolean upperCaseOnPurpose = header.name().startsWith("!");
            String name =
                    upperCaseOnPurpose
                            ? header.name().substring(1)
                            : header.name().toLowerCase(Locale.ROOT);
            all.add(new Header(name, header.value()));
        }
        return all;
    }

    /** Leaves the default out when the case spells the field itself or omits it. */
    private void pseudo(List<Header> all, String name, String value) {
        boolean spelled = headers.stream().anyMatch(header -> header.name().equals(name));
        if (!spelled && !omitted.contains(name)) {
            all.add(new Header(name, value));
        }
    }

    private static List<Request.Option> options(CaseNode node) {
        return node.texts("options").stream()
                .map(text -> Request.Option.valueOf(text.toUpperCase(Locale.ROOT)))
                .toList();
    }
}
