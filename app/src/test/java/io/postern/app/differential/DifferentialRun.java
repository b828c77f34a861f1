package io.postern.app.differential;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One whole run: finds both proxies, selects cases, runs them, writes the report. The JUnit test
 * and the script {@code app/differential} both end here.
 */
final class DifferentialRun {
    /** Thrown when there is no real Envoy to compare with. */
    static final class NoEnvoyException extends IOException {
        private static final long serialVersionUID = 1L;

        NoEnvoyException(String reason) {
            super(reason);
        }
    }

    /**
     * @param results one for each selected case
     * @param stale entries of the accepted list that no difference needed any more
     */
    record Outcome(List<CaseResult> results, List<AcceptedDifference> stale, Report report) {}

    private final Workspace workspace;
    private final Launcher.Delivery delivery;

    DifferentialRun() {
        this(Workspace.find(), Launcher.Delivery.AS_A_FILE);
    }

    /**
     * @param delivery how both proxies get their configuration
     */
    DifferentialRun(Workspace workspace, Launcher.Delivery delivery) {
        this.workspace = workspace;
        this.delivery = delivery;
    }

    List<Case> select(@Nullable String casePattern, @Nullable String config) throws IOException {
        return new CaseFiles(workspace.resources())
                .cases().stream()
                        .filter(each -> casePattern == null || matches(each.name(), casePattern))
                        .filter(each -> config == null || each.config().equals(config))
                        .toList();
    }

    /** What is known to differ still. */
    OpenDifferences openDifferences() throws IOException {
        return OpenDifferences.read(workspace.resources().resolve("open.txt"));
    }

    /** A pattern without a star matches anywhere in the name. */
    private static boolean matches(String name, String pattern) {
        Pattern glob = AcceptedDifference.glob(pattern);
        return pattern.contains("*") ? glob.matcher(name).matches() : name.contains(pattern);
    }

    Outcome run(List<Case> cases, @Nullable String subject, boolean verbose)
            throws IOException, InterruptedException {
        Path envoy =
                switch (new EnvoyBinary(System.getenv(), Workspace.find().target()).find()) {
                    case EnvoyBinary.Found.At(Path binary) -> binary;
                    case EnvoyBinary.Found.Missing(String why) -> throw new NoEnvoyException(why);
                };
        boolean selfCheck = "envoy".equals(subject);
        Launcher reference = Launcher.envoy("envoy", envoy);
        Launcher other = selfCheck ? Launcher.envoy("envoy-2", envoy) : postern(subject);
        List<AcceptedDifference> accepted =
                selfCheck ? List.of() : new CaseFiles(workspace.resources()).accepted();
        Report report = new Report(reference.name(), other.name());
        Differential differential =
                new Differential(
                        workspace,
                        reference.with(delivery),
                        other.with(delivery),
                        accepted,
                        new Ports(new Random()));
        List<CaseResult> results =
                differential.run(cases, result -> progress(report, result, verbose));
        String summary = report.summary(results);
        Files.writeString(
                workspace.target().resolve("report.txt"),
                report.all(results) + "\n" + summary + "\n");
        System.out.println(summary);
        return new Outcome(results, stale(accepted, results), report);
    }

    private static Launcher postern(@Nullable String launcher) {
        return launcher == null
                ? Launcher.classPath("io.postern.app.Main")
                : Launcher.script(Path.of(launcher).toAbsolutePath().normalize());
    }

    private static void progress(Report report, CaseResult result, boolean verbose) {
        if (verbose) {
            System.out.println(report.observations(result));
        }
    }

    /** Only entries whose cases all ran are judged: a run of one case proves nothing about them. */
    private List<AcceptedDifference> stale(
            List<AcceptedDifference> accepted, List<CaseResult> results) throws IOException {
        List<Case> all = new CaseFiles(workspace.resources()).cases();
        boolean everything = results.size() >= all.size();
        List<AcceptedDifference> stale = new ArrayList<>();
        for (AcceptedDifference entry : accepted) {
            long due = all.stream().filter(entry::mayCover).count();
            long ran =
                    results.stream()
                            .filter(r -> r.failure() == null && entry.mayCover(r.of()))
                            .count();
            boolean needed =
                    results.stream()
                            .anyMatch(r ->
                                    r.accepted().stream().anyMatch(d -> entry.covers(r.of(), d)));
            if (!needed && (everything || (due > 0 && ran == due))) {
                stale.add(entry);
            }
        }
        return stale;
    }
}
