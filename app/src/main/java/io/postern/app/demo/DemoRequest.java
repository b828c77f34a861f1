package io.postern.app.demo;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A request that the demo invites to.
 *
 * @param headers name and value, {@code x-role: reader}
 * @param body empty: none, and the method is GET; otherwise POST
 * @param statuses what it is answered with; one for each time that it is sent
 */
record DemoRequest(String path, List<String> headers, String body, List<Integer> statuses) {
    static DemoRequest get(String path, int status, String... headers) {
        return new DemoRequest(path, List.of(headers), "", List.of(status));
    }

    DemoRequest withBody(String text) {
        return new DemoRequest(path, headers, text, statuses);
    }

    /** As a line for a shell. */
    String curl(String base) {
        var options = new StringBuilder();
        headers.forEach(header -> options.append(" -H '").append(header).append('\''));
        if (!body.isEmpty()) {
            options.append(" -d '").append(body).append('\'');
        }
        String target = base + path + options;
        if (statuses.size() == 1) {
            return "curl -i " + target;
        }
        var times = new StringBuilder();
        for (int i = 1; i <= statuses.size(); i++) {
            times.append(' ').append(i);
        }
        return "for i in"
                + times
                + "; do curl -s -o /dev/null -w '%{http_code}\\n' "
                + target
                + "; done";
    }

    /** As HTTP/1.1, on a connection that is closed behind it. */
    byte[] octets() {
        var text = new StringBuilder(body.isEmpty() ? "GET " : "POST ").append(path);
        text.append(" HTTP/1.1\r\nhost: demo\r\nconnection: close\r\n");
        headers.forEach(header -> text.append(header).append("\r\n"));
        if (!body.isEmpty()) {
            text.append("content-length: ").append(body.length()).append("\r\n");
        }
        return text.append("\r\n").append(body).toString().getBytes(StandardCharsets.US_ASCII);
    }
}
