package io.postern.app.differential;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Replaces what must differ between two runs of the same request, and nothing else: port numbers,
 * date, generated request ids (their shape is checked), the upstream's service time, and of what is
 * left of a time-out the part below half a second.
 */
final class Normaliser {
    private static final Pattern IMF_DATE =
            Pattern.compile("[A-Z][a-z]{2}, \\d{2} [A-Z][a-z]{2} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT");
    private static final Pattern UUID_V4 =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    private static final Pattern DIGITS = Pattern.compile("\\d+");

    /** Port number as text to the name that stands for it, e.g. {@code 20123 -> LISTENER_PORT}. */
    private final Map<String, String> ports;

    private final String sentRequestId;

    /**
     * @param sentRequestId the id the client sent, or empty: that very value is kept as it is
     */
    Normaliser(Map<String, String> ports, String sentRequestId) {
        this.ports = Map.copyOf(ports);
        this.sentRequestId = sentRequestId;
    }

    Observation normalise(Observation seen) {
        return new Observation(
                seen.received().stream()
                        .map(r -> new Observation.Received(r.endpoint(), message(r.request())))
                        .toList(),
                seen.responses().stream().map(this::message).toList(),
                seen.connection());
    }

    private Message message(Message message) {
        Bytes body = message.body();
        return new Message(
                withoutPorts(message.start()),
                fields(message.headers()),
                body.size() < 100_000 ? Bytes.latin1(withoutPorts(body.text())) : body,
                fields(message.trailers()),
                message.ending());
    }

    private List<Header> fields(List<Header> headers) {
        return headers.stream().map(h -> new Header(h.name(), value(h))).toList();
    }

    private String value(Header header) {
        String value = header.value();
        return switch (header.name().toLowerCase(Locale.ROOT)) {
            case "date" -> IMF_DATE.matcher(value).matches() ? "<date>" : value;
            case "x-request-id" ->
                    UUID_V4.matcher(value).matches() && !value.equals(sentRequestId)
                            ? "<generated uuid>"
                            : value;
            case "x-envoy-upstream-service-time" ->
                    DIGITS.matcher(value).matches() ? "<millis>" : value;
            case "x-envoy-expected-rq-timeout-ms" -> left(value);
            default -> withoutPorts(value);
        };
    }

    /** 14,987 of 15,000 ms left and 14,981 are the same answer; small ones stay exact. */
    private static String left(String millis) {
        if (!DIGITS.matcher(millis).matches() || millis.length() > 9) {
            return millis;
        }
        int left = Integer.parseInt(millis);
        return left < 1000 ? millis : "<up to " + Math.ceilDiv(left, 500) * 500 + ">";
    }

    private String withoutPorts(String text) {
        String shown = text;
        for (Map.Entry<String, String> port : ports.entrySet()) {
            shown = shown.replace(port.getKey(), "<" + port.getValue() + ">");
        }
        return shown;
    }
}
