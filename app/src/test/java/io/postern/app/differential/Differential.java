package io.postern.app.differential;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs cases through two proxies and compares: a pair of proxies for each case file, within it case
 * by case, both proxies at the same time.
 */
final class Differential {
    private static final int FILES_AT_A_TIME = 4;
    private static final Duration SETTLE_BOUND = Duration.ofSeconds(3);
    private static final Duration STRAGGLER_BOUND = Duration.ofMillis(300);

    private final Workspace workspace;
    private final Launcher reference;
    private final Launcher subject;
    private final List<AcceptedDifference> accepted;
    private final Ports ports;

    Differential(
            Workspace workspace,
            Launcher reference,
            Launcher subject,
            List<AcceptedDifference> accepted,
            Ports ports) {
        this.workspace = workspace;
        this.reference = reference;
        this.subject = subject;
        this.accepted = List.copyOf(accepted);
        this.ports = ports;
    }

    /**
     * Runs all cases, some files at a time (most of a run is waiting for time-outs); within a file
     * in order. {@code progress} sees the results file by file.
     */
    List<CaseResult> run(List<Case> cases, Consumer<CaseResult> progress)
            throws IOException, InterruptedException {
        Map<String, List<Case>> byFile = new LinkedHashMap<>();
        for (Case each : cases) {
            byFile.computeIfAbsent(each.file(), _ -> new ArrayList<>()).add(each);
        }
        List<CaseResult> results = new ArrayList<>();
        try (ExecutorService lanes = Executors.newFixedThreadPool(FILES_AT_A_TIME)) {
            List<Future<List<CaseResult>>> files = new ArrayList<>();
            for (List<Case> file : byFile.values()) {
                files.add(lanes.submit(() -> runFile(file)));
            }
            for (Future<List<CaseResult>> file : files) {
                List<CaseResult> some = file.get();
                some.forEach(progress);
                results.addAll(some);
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
        return results;
    }

    private List<CaseResult> runFile(List<Case> cases) throws IOException, InterruptedException {
        Case any = cases.getFirst();
        List<Rig> started = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Rig> first = threads.submit(() -> Rig.start(reference, workspace, any, ports));
            Future<Rig> second = threads.submit(() -> Rig.start(subject, workspace, any, ports));
            List<String> failures = new ArrayList<>();
            for (Future<Rig> starting : List.of(first, second)) {
                try {
                    started.add(starting.get());
                } catch (ExecutionException e) {
                    failures.add(String.valueOf(e.getCause()));
                }
            }
            if (!failures.isEmpty()) {
                String why = "configuration " + any.config() + ": " + String.join("\n", failures);
                return cases.stream().map(each -> CaseResult.failed(each, why)).toList();
            }
            List<CaseResult> results = new ArrayList<>();
            for (Case each : cases) {
                results.add(runTwiceIfNeeded(threads, each, started.getFirst(), started.getLast()));
            }
            if (workspace.logsAccess(any.config())) {
                results.add(accessLogs(any, started.getFirst(), started.getLast()));
            }
            return results;
        } finally {
            for (Rig rig : started) {
                rig.close();
            }
        }
    }

    /**
     * A machine that stalls for a moment makes time-outs fire on one side only: a difference counts
     * when it shows twice. The report tells which cases needed that.
     */
    private CaseResult runTwiceIfNeeded(ExecutorService threads, Case each, Rig left, Rig right)
            throws InterruptedException {
        CaseResult first = runCase(threads, each, left, right);
        if (first.agrees()) {
            return first;
        }
        CaseResult second = runCase(threads, each, left, right);
        return second.agrees() ? second.onSecondTry() : first;
    }

    private CaseResult runCase(ExecutorService threads, Case each, Rig left, Rig right)
            throws InterruptedException {
        Future<Client.Exchange> leftSent = threads.submit(() -> left.send(each));
        Future<Client.Exchange> rightSent = threads.submit(() -> right.send(each));
        try {
            Client.Exchange leftExchange = leftSent.get();
            Client.Exchange rightExchange = rightSent.get();
            int leftCount = left.upstream().finish(0, SETTLE_BOUND).size();
            int rightCount = right.upstream().finish(leftCount, STRAGGLER_BOUND).size();
            left.upstream().finish(rightCount, STRAGGLER_BOUND);
            Observation expected = observation(each, left, leftExchange);
            Observation actual = observation(each, right, rightExchange);
            return judge(each, expected, actual, Comparison.of(expected, actual));
        } catch (ExecutionException e) {
            return CaseResult.failed(each, "the client failed: " + e.getCause());
        }
    }

    private static Observation observation(Case each, Rig rig, Client.Exchange exchange)
            throws InterruptedException {
        Observation raw =
                new Observation(
                        rig.upstream().finish(0, SETTLE_BOUND),
                        exchange.responses(),
                        exchange.connection());
        return rig.normaliser(each, exchange).normalise(raw);
    }

    /** Ends both processes, so that their logs are complete. */
    private CaseResult accessLogs(Case any, Rig left, Rig right) throws IOException {
        left.close();
        right.close();
        return judge(
                new Case(
                        any.file() + "/access log",
                        any.config(),
                        any.request(),
                        any.replies(),
                        List.of()),
                null,
                null,
                AccessLogs.compare(left, right));
    }

    private CaseResult judge(
            Case each,
            @Nullable Observation expected,
            @Nullable Observation actual,
            List<Difference> differences) {
        List<Difference> open = new ArrayList<>();
        List<Difference> excused = new ArrayList<>();
        for (Difference difference : differences) {
            if (each.overlooks(difference)) {
                continue;
            }
            boolean covered = accepted.stream().anyMatch(a -> a.covers(each, difference));
            (covered ? excused : open).add(difference);
        }
        return new CaseResult(each, expected, actual, open, excused, null, false);
    }
}
