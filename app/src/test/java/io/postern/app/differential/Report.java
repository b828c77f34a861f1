package io.postern.app.differential;

import io.postern.app.differential.Observation.Received;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns results into text that a developer can act on. */
final class Report {
    private final String referenceName;
    private final String subjectName;

    Report(String referenceName, String subjectName) {
        this.referenceName = referenceName;
        this.subjectName = subjectName;
    }

    String summary(List<CaseResult> results) {
        long differ = results.stream().filter(result -> !result.agrees()).count();
        long excused = results.stream().filter(r -> r.agrees() && !r.accepted().isEmpty()).count();
        long again = results.stream().filter(CaseResult::secondTry).count();
        return String.format(
                "differential: %d requests, %d agree, %d accepted differences, %d differ%s",
                results.size(),
                results.size() - differ - excused,
                excused,
                differ,
                again == 0 ? "" : " (" + again + " agreed on the second try only)");
    }

    /** The differences of one case, with the command that runs it alone. */
    String differences(CaseResult result) {
        StringBuilder text = new StringBuilder();
        text.append("DIFFER  ").append(result.of().name());
        text.append("   [config ").append(result.of().config()).append("]\n");
        text.append("    sent: ").append(sent(result.of().request())).append('\n');
        if (result.failure() != null) {
            return text.append("    not run: ").append(result.failure()).append('\n').toString();
        }
        for (Difference difference : result.differences()) {
            text.append("    ").append(difference.field()).append('\n');
            line(text, referenceName, difference.reference());
            line(text, subjectName, difference.subject());
        }
        return text.toString();
    }

    /** The failures that have one cause, a proxy that does not start, are told once. */
    String all(List<CaseResult> results) {
        Set<String> sections = new LinkedHashSet<>();
        List<String> notRun = new ArrayList<>();
        for (CaseResult result : results) {
            @Nullable String failure = result.failure();
            if (failure != null && failure.startsWith("configuration ")) {
                sections.add("NOT RUN " + failure);
                notRun.add(result.of().name());
            } else if (!result.agrees()) {
                sections.add(differences(result));
            }
        }
        for (CaseResult result : results) {
            if (result.secondTry()) {
                sections.add("AGREED ON THE SECOND TRY ONLY " + result.of().name() + "\n");
            }
        }
        if (!notRun.isEmpty()) {
            sections.add("Cases not run for that: " + String.join(", ", notRun) + "\n");
        }
        return String.join("\n", sections);
    }

    /** Everything that was seen on both sides. */
    String observations(CaseResult result) {
        return "CASE    "
                + result.of().name()
                + "\n    sent: "
                + sent(result.of().request())
                + "\n"
                + seen(referenceName, result.reference())
                + seen(subjectName, result.subject());
    }

    private static String seen(String name, @Nullable Observation observation) {
        if (observation == null) {
            return "  " + name + ": not run\n";
        }
        StringBuilder text = new StringBuilder("  " + name + ":\n");
        for (Received received : observation.received()) {
            message(text, "upstream " + received.endpoint() + " received", received.request());
        }
        for (Message response : observation.responses()) {
            message(text, "client got", response);
        }
        return text.append("    connection ")
                .append(observation.connection())
                .append("\n")
                .toString();
    }

    private static void message(StringBuilder text, String what, Message message) {
        text.append("    ").append(what).append(" [").append(message.ending()).append("]\n");
        text.append("        ").append(Printable.escape(message.start())).append('\n');
        for (Header header : message.headers()) {
            text.append("        ").append(Printable.escape(header.toString())).append('\n');
        }
        if (message.body().size() > 0) {
            text.append("        body ").append(message.body()).append('\n');
        }
        for (Header trailer : message.trailers()) {
            text.append("        trailer ")
                    .append(Printable.escape(trailer.toString()))
                    .append('\n');
        }
    }

    private static void line(StringBuilder text, String who, String value) {
        text.append(String.format("        %-8s: %s%n", who, Printable.escape(value)));
    }

    private static String sent(Request request) {
        if (request.protocol() == Request.Protocol.RAW) {
            return "raw " + request.raw();
        }
        StringBuilder text = new StringBuilder();
        text.append(request.protocol()).append(' ').append(request.method()).append(' ');
        text.append(Printable.escape(shortened(request.path())));
        for (Header header : request.headers()) {
            text.append(" | ").append(Printable.escape(shortened(header.toString())));
        }
        if (request.body().size() > 0) {
            text.append(" | body ").append(request.body());
        }
        return text.toString();
    }

    private static String shortened(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "… (" + text.length() + ")";
    }
}
