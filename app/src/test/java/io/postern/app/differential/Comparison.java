package io.postern.app.differential;

import io.postern.app.differential.Observation.Received;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Compares two normalised observations. The order of fields with different names does not matter,
 * the order of values of one name does.
 */
final class Comparison {
    private final List<Difference> differences = new ArrayList<>();

    private Comparison() {}

    static List<Difference> of(Observation reference, Observation subject) {
        Comparison comparison = new Comparison();
        comparison.upstreams(reference.received(), subject.received());
        comparison.clients(reference.responses(), subject.responses());
        comparison.text("client.connection", reference.connection(), subject.connection());
        return List.copyOf(comparison.differences);
    }

    private void upstreams(List<Received> reference, List<Received> subject) {
        int both = Math.min(reference.size(), subject.size());
        for (int i = 0; i < both; i++) {
            String at = "upstream[" + i + "]";
            text(at + ".endpoint", reference.get(i).endpoint(), subject.get(i).endpoint());
            message(at, reference.get(i).request(), subject.get(i).request());
        }
        count(
                "upstream.count",
                reference.stream().map(received -> received.request().start()).toList(),
                subject.stream().map(received -> received.request().start()).toList());
    }

    private void clients(List<Message> reference, List<Message> subject) {
        int both = Math.min(reference.size(), subject.size());
        for (int i = 0; i < both; i++) {
            message("client[" + i + "]", reference.get(i), subject.get(i));
        }
        count(
                "client.count",
                reference.stream().map(Message::start).toList(),
                subject.stream().map(Message::start).toList());
    }

    private void count(String field, List<String> reference, List<String> subject) {
        if (reference.size() != subject.size()) {
            differences.add(
                    new Difference(
                            field,
                            reference.size() + " " + reference,
                            subject.size() + " " + subject));
        }
    }

    private void message(String at, Message reference, Message subject) {
        text(at + ".start", reference.start(), subject.start());
        fields(at + ".header.", reference.headers(), subject.headers());
        int mismatch = reference.body().mismatch(subject.body());
        if (mismatch >= 0) {
            differences.add(
                    new Difference(
                            at + ".body",
                            reference.body().toString(),
                            subject.body() + " differs from octet " + mismatch + " on"));
        }
        fields(at + ".trailer.", reference.trailers(), subject.trailers());
        text(at + ".ending", reference.ending(), subject.ending());
    }

    private void fields(String prefix, List<Header> reference, List<Header> subject) {
        Set<String> names = new LinkedHashSet<>();
        reference.forEach(header -> names.add(header.name()));
        subject.forEach(header -> names.add(header.name()));
        for (String name : names) {
            text(prefix + name, values(reference, name), values(subject, name));
        }
    }

    private static String values(List<Header> headers, String name) {
        List<String> values =
                headers.stream()
                        .filter(header -> header.name().equals(name))
                        .map(header -> Printable.escape(header.value()))
                        .toList();
        return switch (values.size()) {
            case 0 -> Difference.ABSENT;
            case 1 -> values.getFirst();
            default -> values.toString();
        };
    }

    private void text(String field, String reference, String subject) {
        if (!reference.equals(subject)) {
            differences.add(new Difference(field, reference, subject));
        }
    }
}
