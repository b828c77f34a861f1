package io.postern.core.rollout;

import io.postern.core.rollout.ComparisonTally.Outcome;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LocalReply;
import io.postern.sdk.Metrics;
import io.postern.sdk.StreamInfo;
import io.postern.sdk.Worker;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Has the candidate do again what the last good version did, and compares. Confined to one worker's
 * loop.
 */
final class ShadowOnWorker {
    private static final int MOST_PATH = 128;

    private final VersionOnWorker candidate;
    private final ComparisonTally tally;
    private final Worker worker;
    private final Metrics.Counter[] shown;

    ShadowOnWorker(
            VersionOnWorker candidate, ComparisonTally tally, Worker worker, String statistics) {
        this.candidate = candidate;
        this.tally = tally;
        this.worker = worker;
        this.shown = ComparisonTally.shown(worker.metrics(), statistics);
    }

    /** An exchange has ended; what {@code info} tells can still be read. */
    void replay(Recording recording, StreamInfo info) {
        HeaderMap head = recording.request.head;
        if (head == null) {
            return; // ended before it began
        }
        var run = new ShadowRun(recording, head, info, worker);
        run.run(new VersionedFilter(candidate, run));
        Outcome outcome = outcome(recording, run);
        tally.add(worker.index(), outcome);
        shown[outcome.cell].add(1);
        if (outcome.isDifference() && tally.wantsExamples()) {
            tally.example(place(head) + ": " + words(outcome, recording, run));
        }
    }

    private static Outcome outcome(Recording recording, ShadowRun run) {
        LocalReply wanted = recording.reply;
        LocalReply would = run.reply();
        HeaderMap sent = recording.request.headAfter;
        boolean known = wanted != null || recording.reset || sent != null;
        boolean decided = would != null || run.hasReset() || run.passesRequest();
        if (!known || !decided) {
            return Outcome.UNDECIDED;
        }
        boolean passed = wanted == null && !recording.reset;
        if (passed != run.passesRequest() || recording.reset != run.hasReset()) {
            return Outcome.DECISION;
        }
        if (wanted != null && would != null) {
            return wanted.status() == would.status() ? Outcome.SAME : Outcome.STATUS;
        }
        if (differ(sent, run.requestAfter())) {
            return Outcome.REQUEST_HEADERS;
        }
        HeaderMap answered = recording.response.headAfter;
        if (answered != null && run.responseAfter() == null) {
            return Outcome.UNDECIDED;
        }
        return differ(answered, run.responseAfter()) ? Outcome.RESPONSE_HEADERS : Outcome.SAME;
    }

    private static boolean differ(@Nullable HeaderMap one, @Nullable HeaderMap other) {
        return one != null && other != null && !lines(one).equals(lines(other));
    }

    // The order of different names says nothing.
    private static List<String> lines(HeaderMap map) {
        List<String> lines = new ArrayList<>(map.size());
        for (int i = 0; i < map.size(); i++) {
            lines.add(map.name(i) + ": " + map.value(i));
        }
        Collections.sort(lines);
        return lines;
    }

    private static String place(HeaderMap head) {
        String path = head.get(HeaderName.of(":path"));
        String plain = path == null ? "" : path.replaceFirst("\\?.*", "");
        String shown = plain.length() > MOST_PATH ? plain.substring(0, MOST_PATH) + "…" : plain;
        return head.get(HeaderName.of(":method")) + " " + shown;
    }

    private static String words(Outcome outcome, Recording recording, ShadowRun run) {
        return switch (outcome) {
            case SAME, UNDECIDED -> "";
            case DECISION, STATUS ->
                    word(recording.reply, recording.reset)
                            + ", the candidate: "
                            + word(run.reply(), run.hasReset());
            case REQUEST_HEADERS ->
                    "other request headers: "
                            + names(recording.request.headAfter, run.requestAfter());
            case RESPONSE_HEADERS ->
                    "other response headers: "
                            + names(recording.response.headAfter, run.responseAfter());
        };
    }

    private static String word(@Nullable LocalReply reply, boolean reset) {
        return reply != null ? "answers " + reply.status() : reset ? "resets" : "passes";
    }

    /** Which headers differ; what they say is nobody's business. */
    private static String names(@Nullable HeaderMap one, @Nullable HeaderMap other) {
        if (one == null || other == null) {
            return "";
        }
        List<String> only = lines(one);
        List<String> others = lines(other);
        List<String> common = new ArrayList<>(only);
        common.retainAll(others);
        only.removeAll(common);
        others.removeAll(common);
        only.addAll(others);
        var names = new TreeSet<String>();
        only.forEach(line -> names.add(line.substring(0, line.indexOf(": "))));
        return String.join(", ", names);
    }
}
