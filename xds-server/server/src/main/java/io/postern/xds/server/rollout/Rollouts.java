package io.postern.xds.server.rollout;

import io.postern.xds.resources.rollout.RolloutBook;
import io.postern.xds.resources.rollout.WantedVersion;
import io.postern.xds.server.rollout.Trial.State;
import io.postern.xds.server.store.OvertakenException;
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
 * it says is kept before it is served. Where servers share them, any of them begins and ends them,
 * and one judges each candidate; only what changes in the documents of this server is news, so that
 * documents that lag behind those of other servers take nobody back. Confined to the control
 * thread.
 */
public final class Rollouts implements AutoCloseable {
    private static final int MOST_TRIES = 5;

    private final RolloutStore store;
    private final Observations observations;
    private final RolloutLog log;
    private final Clock clock;
    private final Map<String, Tracked> tracked = new TreeMap<>();

    /** As it was last kept, by whomever; what is {@link #tracked} also says what is waited for. */
    private final Map<String, Tracked> loaded = new HashMap<>();

    /** Decides something; once more when another server was first. */
    @FunctionalInterface
    private interface Decision<T extends @Nullable Object> {
        T make() throws IOException;
    }

    private Map<String, WantedVersion> wanted = Map.of();
    private Set<String> spoken = Set.of();

    /** With what an earlier process left. */
    public Rollouts(
            RolloutStore store, Reports reports, EnvoyFleet envoys, RolloutLog log, Clock clock)
            throws IOException {
        this.store = store;
        this.observations = new Observations(store, reports, envoys);
        this.log = log;
        this.clock = clock;
        loaded.putAll(store.load());
        tracked.putAll(loaded);
    }

    /**
     * Takes over what other servers have decided.
     *
     * @return whether it changes the book
     */
    public boolean catchUp() throws IOException {
        if (!store.isShared()) {
            return false;
        }
        RolloutBook before = book();
        Map<String, Tracked> now = store.load();
        tracked.keySet().retainAll(now.keySet());
        for (var one : now.entrySet()) {
            Tracked known = loaded.get(one.getKey());
            if (!one.getValue().equals(known) || !tracked.containsKey(one.getKey())) {
                takeOver(one.getKey(), one.getValue());
            }
        }
        loaded.clear();
        loaded.putAll(now);
        return !book().equals(before);
    }

    private void takeOver(String filter, Tracked now) {
        Tracked before = tracked.put(filter, now);
        Trial trial = now.trial();
        Trial old = before == null ? null : before.trial();
        if (trial == null || (old != null && trial.isSame(old))) {
            return;
        }
        if (trial.isRunning() && trial.step() == 0) {
            observations.forget(filter);
        }
        WantedVersion one = wanted.get(filter);
        if (one != null) {
            tell(one, trial.state() == State.ROLLED_BACK);
        }
    }

    private <T extends @Nullable Object> T decided(Decision<T> decision) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                return decision.make();
            } catch (OvertakenException e) {
                if (tries == MOST_TRIES) {
                    throw e;
                }
                var _ = catchUp();
            }
        }
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
        Map<String, WantedVersion> before = wanted;
        Map<String, WantedVersion> now = new HashMap<>();
        versions.forEach(one -> now.put(one.filter(), one));
        boolean first = before.isEmpty() && !now.isEmpty();
        wanted = now;
        boolean changed = first && tracked.values().stream().anyMatch(Tracked::isTried);
        for (WantedVersion one : versions) {
            changed |= decided(() -> observe(one, before.get(one.filter())));
        }
        // A document that cannot be made now still has its last good version.
        return changed;
    }

    private boolean observe(WantedVersion one, @Nullable WantedVersion before) throws IOException {
        String filter = one.filter();
        String id = one.version().id();
        Tracked known = tracked.get(filter);
        if (known == null) {
            keep(filter, Tracked.first(one.version()));
            return false; // it serves already
        }
        if (store.isShared() && !isNews(id, before, known)) {
            return false;
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
        observations.forget(filter);
        keep(filter, known.with(fresh));
        tell(one, false);
        return true;
    }

    // What this server reads first may be older than what others have served since.
    private static boolean isNews(String id, @Nullable WantedVersion before, Tracked known) {
        return before == null
                ? !known.lastGood().id().equals(id) && !known.former().contains(id)
                : !before.version().id().equals(id);
    }

    /** Filters that documents do not speak of any more, of all that {@code present} has. */
    public void retain(Set<String> present) throws IOException {
        Set<String> gone = new HashSet<>(tracked.keySet());
        gone.removeAll(present);
        gone.removeAll(wanted.keySet());
        for (String filter : gone) {
            if (!store.isShared() || spoken.contains(filter)) {
                store.save(filter, null);
                tracked.remove(filter);
            }
        }
        spoken = Set.copyOf(wanted.keySet());
    }

    /** Whether there is anything to judge. */
    public boolean isBusy() {
        return tracked.values().stream().anyMatch(Tracked::isTried);
    }

    /**
     * Time has gone by.
     *
     * @return whether it changes the book
     */
    public boolean advance() throws IOException {
        Instant now = clock.instant();
        if (!observations.exchange(now, tracked)) {
            return false;
        }
        boolean changed = false;
        for (WantedVersion one : wanted.values()) {
            changed |= decided(() -> advance(one, now));
        }
        return changed;
    }

    private boolean advance(WantedVersion one, Instant now) throws IOException {
        Tracked known = tracked.get(one.filter());
        Trial trial = known == null ? null : known.trial();
        boolean asked = trial != null && trial.candidate().equals(one.version().id());
        if (known == null || trial == null || !trial.isRunning() || !asked) {
            store.leave(one.filter()); // to a server whose documents ask for it
            return false;
        }
        Totals reported = observations.reported(one, trial);
        var verdict = observations.verdict(one, trial, reported);
        Trial next = trial.advance(one.plan(), now, reported, verdict);
        if (next.equals(trial)) {
            return false;
        }
        if (next.isRunning() && next.step() == trial.step()) {
            tracked.put(one.filter(), known.with(next)); // only its words
            return false;
        }
        if (!store.judges(one.filter())) {
            return false;
        }
        if (next.isRunning()) {
            keep(one.filter(), known.with(next));
            tell(one, false);
        } else {
            end(one, known, next.state(), next.reason());
        }
        return true;
    }

    /**
     * Has the candidate serve everybody, whatever the gates say.
     *
     * @return null: done; otherwise why not
     */
    public @Nullable String promote(String name, String by) throws IOException {
        return decided(() -> finish(name, State.PROMOTED, "promoted by " + by));
    }

    /** Takes the candidate back; see {@link #promote}. */
    public @Nullable String abort(String name, String by) throws IOException {
        return decided(() -> finish(name, State.ROLLED_BACK, "aborted by " + by));
    }

    private @Nullable String finish(String name, State how, String why) throws IOException {
        for (WantedVersion one : wanted.values()) {
            Tracked known = tracked.get(one.filter());
            if (known == null || !isCalled(one, name)) {
                continue;
            }
            Trial trial = known.trial();
            if (trial == null || !isOpen(trial, one, how)) {
                return one.filter() + ": nothing is tried now";
            }
            if (how == State.PROMOTED && !trial.candidate().equals(one.version().id())) {
                return one.filter()
                        + ": the documents of this server do not ask for "
                        + trial.candidate()
                        + " (expected: a server whose documents do)";
            }
            end(one, known, how, why);
            return null;
        }
        return "no rollout is called " + name + " (expected: one of " + names() + ")";
    }

    // What was rolled back may be promoted, while its document still asks for it.
    private static boolean isOpen(Trial trial, WantedVersion one, State how) {
        return trial.isRunning()
                || (how == State.PROMOTED
                        && trial.state() == State.ROLLED_BACK
                        && trial.candidate().equals(one.version().id()));
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
                how == State.PROMOTED ? known.promoted(one.version(), ended) : known.with(ended));
        tell(one, how == State.ROLLED_BACK);
    }

    private void keep(String filter, Tracked now) throws IOException {
        store.save(filter, now);
        loaded.put(filter, now);
        tracked.put(filter, now);
    }

    /** Has {@code changed} run, on any thread, when it is time to {@link #catchUp}. */
    public void follow(Runnable changed) {
        store.follow(changed);
    }

    @Override
    public void close() {
        store.close();
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
                                observations.reported(asked, trial).since(trial.baseline())));
            }
        });
        return all;
    }
}
