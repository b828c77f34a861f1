package io.postern.xds.server.rollout;

import io.postern.config.proto.rollouts.v1.EnvoysReport;
import io.postern.config.proto.rollouts.v1.Report;
import io.postern.xds.resources.rollout.RolloutPlan;
import io.postern.xds.resources.rollout.WantedVersion;
import io.postern.xds.server.rollout.Gatekeeping.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What gateways report of candidates and how Envoys take them, on this server and on those that
 * share its rollouts. Control thread.
 */
final class Observations {
    /** How often servers tell each other. */
    private static final Duration EXCHANGED_EVERY = Duration.ofSeconds(1);

    private static final int MOST_ROLLOUTS = 1_000;

    private final RolloutStore store;
    private final Reports reports;
    private final EnvoyFleet envoys;

    /** What the other servers told last. */
    private List<Map<Subject, Told>> others = List.of();

    private final Map<String, Begun> begun = new HashMap<>();
    private Instant nextExchange = Instant.MIN;

    /** Of one step: what Envoys said in an earlier one does not count. */
    private record Subject(String filter, String candidate, int step) {
        static Subject of(String filter, Trial trial) {
            return new Subject(filter, trial.candidate(), trial.step());
        }
    }

    private record Told(long revision, Acknowledgements envoys) {}

    /** Since which revision Envoys are to have it. */
    private record Begun(Subject subject, long revision) {}

    Observations(RolloutStore store, Reports reports, EnvoyFleet envoys) {
        this.store = store;
        this.reports = reports;
        this.envoys = envoys;
    }

    /** Something else is tried: what is known of the last candidate does not count. */
    void forget(String filter) {
        reports.forget(filter);
        begun.remove(filter);
        nextExchange = Instant.MIN;
    }

    /**
     * Tells other servers what is known here, and hears what they know, where that is time. A
     * server where nothing is tried says that it is there.
     *
     * @return whether there is enough to judge by: not while those others cannot be heard
     */
    boolean exchange(Instant now, Map<String, Tracked> tracked) throws IOException {
        if (!store.isShared() || now.isBefore(nextExchange)) {
            return true;
        }
        boolean busy = tracked.values().stream().anyMatch(Tracked::isTried);
        if (!store.tell(busy ? own(tracked) : Report.getDefaultInstance())) {
            return false;
        }
        if (busy) {
            List<Report> told = store.told();
            reports.takeOthers(told);
            others = told.stream().map(Observations::read).toList();
        }
        nextExchange = now.plus(EXCHANGED_EVERY);
        return true;
    }

    private Report own(Map<String, Tracked> tracked) {
        var report = reports.own().toBuilder();
        tracked.forEach((filter, one) -> {
            Trial trial = one.trial();
            if (trial != null && trial.isRunning() && report.getEnvoysCount() < MOST_ROLLOUTS) {
                var own = Acknowledgements.of(envoys.triedOn(filter));
                report.addEnvoys(
                        EnvoysReport.newBuilder()
                                .setName(filter)
                                .setSeed(trial.candidate())
                                .setStep(trial.step())
                                .setRevision(envoys.revision())
                                .setTaken(own.taken())
                                .setWaiting(own.waiting())
                                .setRefusal(own.refusal()));
            }
        });
        return report.build();
    }

    private static Map<Subject, Told> read(Report report) {
        Map<Subject, Told> told = new HashMap<>();
        report.getEnvoysList().stream()
                .limit(MOST_ROLLOUTS)
                .forEach(one ->
                        told.put(
                                new Subject(one.getName(), one.getSeed(), one.getStep()),
                                new Told(
                                        one.getRevision(),
                                        new Acknowledgements(
                                                one.getTaken(),
                                                one.getWaiting(),
                                                one.getRefusal()))));
        return told;
    }

    /** What gateways reported, of the kind of the step. */
    Totals reported(WantedVersion one, Trial trial) {
        return switch (trial.stepOf(one.plan())) {
            case RolloutPlan.Step.Exchanges step ->
                    reports.of(one.filter(), trial.candidate(), step.shadow());
            case RolloutPlan.Step.Envoys _ -> Totals.NONE;
        };
    }

    /** What is to be said of the step so far. */
    Verdict verdict(WantedVersion one, Trial trial, Totals reported) {
        return switch (trial.stepOf(one.plan())) {
            case RolloutPlan.Step.Exchanges step ->
                    new Gatekeeping(one.plan().gates())
                            .judge(reported.since(trial.baseline()), step.shadow());
            case RolloutPlan.Step.Envoys _ -> ofEnvoys(one.filter(), trial);
        };
    }

    // A server that serves less than what the step began with speaks of Envoys that were not asked.
    private Verdict ofEnvoys(String filter, Trial trial) {
        var subject = Subject.of(filter, trial);
        Begun known = begun.get(filter);
        if (known == null || !known.subject().equals(subject)) {
            known = new Begun(subject, envoys.revision());
            begun.put(filter, known);
        }
        var all = Acknowledgements.of(envoys.triedOn(filter));
        int silent = 0;
        for (Map<Subject, Told> server : others) {
            Told told = server.get(subject);
            if (told == null || told.revision() < known.revision()) {
                silent++;
            } else {
                all = all.plus(told.envoys());
            }
        }
        return all.judge(silent);
    }
}
