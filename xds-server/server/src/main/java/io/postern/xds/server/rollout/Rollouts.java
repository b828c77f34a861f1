package io.postern.xds.server.rollout;

import io.postern.xds.resources.rollout.RolloutBook;
import io.postern.xds.resources.rollout.RolloutPlan;
import io.postern.xds.resources.rollout.TriedVersion;
import io.postern.xds.resources.rollout.WantedVersion;
import io.postern.xds.server.rollout.Trial.State;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All rollouts: which version of each filter serves, which is tried, and what becomes of it. What
 * it says is on disk before it is served. Confined to the control thread.
 */
public final class Rollouts {
    private final RolloutStore store;
    private final Reports reports;
    private final EnvoyFleet envoys;
    private final RolloutLog log;
    private final Clock clock;
    private final Map<String, Tracked> tracked = new TreeMap<>();

    /** What is known of a filter; {@code trial} null: nothing was tried yet. */
    record Tracked(TriedVersion lastGood, @Nullable Trial trial) {}

    private Map<String, WantedVersion> wanted = Map.of();

    /** With what an earlier process left. */
    public Rollouts(
            RolloutStore store, Reports reports, EnvoyFleet envoys, RolloutLog log, Clock clock)
            throws IOException {
        this.store = store;
        this.reports = reports;
        this.envoys = envoys;
        this.log = log;
        this.clock = clock;
        tracked.putAll(store.load());
    }

    /** What the next translation serves. */
    public RolloutBook book() {
        Map<String, RolloutBook.Entry> entries = new HashMap<>();
        tracked.forEach((filter, one) -> entries.put(filter, entry(filter, one)));
        return new RolloutBook(entries);
    }

    private RolloutBook.Entry entry(String filter, Tracked one) {
        Trial trial = one.trial();
        WantedVersion asked = wanted.get(filter);
        return new RolloutBook.Entry(
                one.lastGood(),
                trial == null || !trial.isRunning() || asked == null
                        ? null
                        : new RolloutBook.Trial(trial.candidate(), trial.reached(asked.plan())));
    }

    /**
     * What documents ask for.
     *
     * @return whether it changes the book
     */
    public boolean observe(List<WantedVersion> versions) throws IOException {
        Map<String, WantedVersion> now = new HashMap<>();
        versions.forEach(one -> now.put(one.filter(), one));
        boolean first = wanted.isEmpty() && !now.isEmpty();
        wanted = now;
        boolean changed = first && tracked.values().stream().anyMatch(Rollouts::runs);
        for (WantedVersion one : versions) {
            changed |= observe(one);
        }
        // A document that cannot be made now still has its last good version.
        return changed;
    }

    private static boolean runs(Tracked one) {
        return one.trial() != null && one.trial().isRunning();
    }

    private boolean observe(WantedVersion one) throws IOException {
        String filter = one.filter();
        String id = one.version().id();
        Tracked known = tracked.get(filter);
        if (known == null) {
            keep(filter, new Tracked(one.version(), null));
            return false; // it serves already
        }
        Trial trial = known.trial();
        if (known.lastGood().id().equals(id)) {
            if (trial != null && trial.isRunning()) {
                end(one, known, State.ROLLED_BACK, "the document asks for the last good version");
            }
            return false;
        }
        if (trial != null && trial.candidate().equals(id)) {
            return false;
        }
        Trial fresh = Trial.begin(id, clock.instant(), Totals.NONE);
        reports.forget(filter);
        keep(filter, new Tracked(known.lastGood(), fresh));
        tell(one, false);
        return true;
    }

    /** Filters that documents do not speak of any more, of all that {@code present} has. */
    public void retain(Set<String> present) throws IOException {
        Set<String> gone = new HashSet<>(tracked.keySet());
        gone.removeAll(present);
        gone.removeAll(wanted.keySet());
        if (!gone.isEmpty()) {
            tracked.keySet().removeAll(gone);
            store.save(tracked);
        }
    }

    /** Whether there is anything to judge. */
    public boolean isBusy() {
        return tracked.values().stream().anyMatch(Rollouts::runs);
    }

    /**
     * Time has gone by.
     *
     * @return whether it changes the book
     */
    public boolean advance() throws IOException {
        Instant now = clock.instant();
        boolean changed = false;
        for (WantedVersion one : wanted.values()) {
            Tracked known = tracked.get(one.filter());
            Trial trial = known == null ? null : known.trial();
            if (known == null || trial == null || !trial.isRunning()) {
                continue;
            }
            Totals reported = reported(one, trial);
            Trial next = trial.advance(one.plan(), now, reported, verdict(one, trial, reported));
            if (next.state() != State.RUNNING) {
                end(one, known, next.state(), next.reason());
                changed = true;
            } else if (next.step() != trial.step()) {
                keep(one.filter(), new Tracked(known.lastGood(), next));
                tell(one, false);
                changed = true;
            } else if (!next.equals(trial)) {
                tracked.put(one.filter(), new Tracked(known.lastGood(), next)); // only its words
            }
        }
        return changed;
    }

    private Totals reported(WantedVersion one, Trial trial) {
        return switch (trial.stepOf(one.plan())) {
            case RolloutPlan.Step.Exchanges step ->
                    reports.of(one.filter(), trial.candidate(), step.shadow());
            case RolloutPlan.Step.Envoys _ -> Totals.NONE;
        };
    }

    private Gatekeeping.Verdict verdict(WantedVersion one, Trial trial, Totals reported) {
        return switch (trial.stepOf(one.plan())) {
            case RolloutPlan.Step.Exchanges step ->
                    new Gatekeeping(one.plan().gates())
                            .judge(reported.since(trial.baseline()), step.shadow());
            case RolloutPlan.Step.Envoys _ ->
                    new Acknowledgements(envoys.triedOn(one.filter())).judge();
        };
    }

    /**
     * Has the candidate serve everybody, whatever the gates say.
     *
     * @return null: done; otherwise why not
     */
    public @Nullable String promote(String name, String by) throws IOException {
        return finish(name, State.PROMOTED, "promoted by " + by);
    }

    /** Takes the candidate back; see {@link #promote}. */
    public @Nullable String abort(String name, String by) throws IOException {
        return finish(name, State.ROLLED_BACK, "aborted by " + by);
    }

    private @Nullable String finish(String name, State how, String why) throws IOException {
        for (WantedVersion one : wanted.values()) {
            Tracked known = tracked.get(one.filter());
            if (known == null || !isCalled(one, name)) {
                continue;
            }
            Trial trial = known.trial();
            boolean open =
                    trial != null
                            && (trial.isRunning()
                                    || (how == State.PROMOTED
                                            && trial.state() == State.ROLLED_BACK
                                            && trial.candidate().equals(one.version().id())));
            if (!open) {
                return one.filter() + ": nothing is tried now";
            }
            end(one, known, how, why);
            return null;
        }
        return "no rollout is called " + name + " (expected: one of " + names() + ")";
    }

    private List<String> names() {
        return wanted.keySet().stream().sorted().toList();
    }

    /** {@code wasm/default/waf}, {@code default/waf} or, where there is one only, {@code waf}. */
    private static boolean isCalled(WantedVersion one, String name) {
        String document = one.document().namespace() + "/" + one.document().name();
        return name.equals(one.filter())
                || name.equals(document)
                || name.equals(one.document().name());
    }

    private void end(WantedVersion one, Tracked known, State how, String why) throws IOException {
        Trial trial = known.trial();
        if (trial == null) {
            throw new IllegalStateException("bug: nothing is tried");
        }
        Trial ended = trial.ended(how, clock.instant(), why);
        keep(
                one.filter(),
                new Tracked(how == State.PROMOTED ? one.version() : known.lastGood(), ended));
        tell(one, how == State.ROLLED_BACK);
    }

    private void keep(String filter, Tracked now) throws IOException {
        tracked.put(filter, now);
        store.save(tracked);
    }

    private void tell(WantedVersion one, boolean bad) {
        statuses().stream()
                .filter(status -> status.filter().equals(one.filter()))
                .forEach(status -> log.changed(status, bad));
    }

    /** How all of them stand that have tried something. */
    public List<RolloutStatus> statuses() {
        List<RolloutStatus> all = new ArrayList<>();
        tracked.forEach((filter, one) -> {
            WantedVersion asked = wanted.get(filter);
            Trial trial = one.trial();
            if (asked != null && trial != null) {
                all.add(
                        new RolloutStatus(
                                filter,
                                asked.document(),
                                one.lastGood().id(),
                                trial,
                                asked.plan(),
                                reported(asked, trial).since(trial.baseline())));
            }
        });
        return all;
    }
}
