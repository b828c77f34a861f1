package io.postern.xds.server;

import io.postern.config.model.ResourceType;
import io.postern.config.source.Diagnostic;
import io.postern.xds.resources.DocumentStatus;
import io.postern.xds.resources.GroupResources;
import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginSource;
import io.postern.xds.server.content.Packer;
import io.postern.xds.server.content.Versions;
import io.postern.xds.server.fleet.Fleet;
import io.postern.xds.server.fleet.Publication;
import io.postern.xds.server.fleet.Standing;
import io.postern.xds.server.rollout.RolloutStatuses;
import io.postern.xds.server.rollout.Rollouts;
import io.postern.xds.server.source.Documents;
import io.postern.xds.server.status.NodeRefusals;
import io.postern.xds.server.status.StatusFiles;
import io.postern.xds.server.store.History;
import io.postern.xds.server.store.OvertakenException;
import io.postern.xds.server.store.Revision;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * From documents to what is served. A revision is in the history before a node hears of it.
 *
 * <p>Confined to the control thread.
 */
final class Publisher {
    private static final int MOST_LINES = 200;

    /** How often others may be first until it is their turn to cause the next try. */
    private static final int MOST_TRIES = 5;

    /** Until what could not be kept is tried again. */
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final Documents documents;
    private final History history;
    private final Fleet fleet;
    private final @Nullable StatusFiles statusFiles;
    private final Rollouts rollouts;
    private final Packer packer = new Packer();
    private final Clock clock;
    private final String who;
    private final PublisherLog log;
    private Map<String, List<Diagnostic>> findings = Map.of();
    private List<DocumentStatus> statuses = List.of();

    /** Plugins and policies that nodes refuse. */
    private List<Standing> refused = List.of();

    /** What the folder said when that was last decided on; empty: nothing was yet. */
    private String decided = "";

    /** Whether what the folder says is still to be published, since the history took nothing. */
    private boolean unkept;

    private Instant nextTry = Instant.MIN;
    private String toldWhy = "";

    /** What the folder says. */
    private String said = "";

    /**
     * @param statusFiles null: what became of documents is not written anywhere
     * @param who changes in the folder are attributed to
     */
    Publisher(
            Documents documents,
            History history,
            Fleet fleet,
            @Nullable StatusFiles statusFiles,
            Rollouts rollouts,
            Clock clock,
            String who,
            PublisherLog log) {
        this.documents = documents;
        this.history = history;
        this.fleet = fleet;
        this.statusFiles = statusFiles;
        this.rollouts = rollouts;
        this.clock = clock;
        this.who = who;
        this.log = log;
    }

    /** Serves what was served last, before any document is looked at. */
    void resume() {
        if (history.newest().number() > 0) {
            serve(history.newest());
        }
    }

    /** See {@link Documents#references}. */
    Set<PluginReference> references() {
        return documents.references();
    }

    /** See {@link Documents#tags}. */
    Map<PluginReference, List<String>> tags() {
        return documents.tags();
    }

    /** As {@link #refresh}, with what these tags of plugins stand for by now. */
    void refreshTags(Set<PluginReference> moved) {
        documents.moved(moved);
        refresh();
    }

    /** As {@link #refresh}, with why it is not known what these tags stand for by now. */
    void refreshFailed(Map<PluginReference, PluginSource.Failed> tags) {
        documents.failed(tags);
        refresh();
    }

    /** Time has gone by: rollouts go on, and what could not be kept is tried again. */
    void advance() {
        List<Standing> now = fleet.refused(ResourceType.EXTENSION);
        if (!now.equals(refused)) {
            refused = now;
            writeStatuses();
        }
        try {
            if (rollouts.advance() || (unkept && clock.instant().isAfter(nextTry))) {
                refresh();
            }
        } catch (IOException e) {
            log.problem("rollouts stand still, since they cannot be kept: " + e);
        }
    }

    // What documents ask for may begin a rollout, which changes what they come to.
    private Documents.Reading read() throws IOException {
        Documents.Reading reading = documents.read(rollouts.book());
        boolean changed = rollouts.observe(reading.wanted());
        rollouts.retain(RolloutStatuses.filters(reading.statuses()));
        return changed ? documents.read(rollouts.book()) : reading;
    }

    /** Reads the documents, and publishes what they say if that is new. */
    void refresh() {
        Documents.Reading reading;
        try {
            reading = read();
        } catch (IOException e) {
            log.problem("the documents cannot be read, what is served stays: " + e.getMessage());
            return;
        }
        publishIfNew(reading.groups());
        statuses = reading.statuses();
        tell(reading.findings());
        writeStatuses();
    }

    private void writeStatuses() {
        if (statusFiles != null) {
            statusFiles.write(statuses(), findings);
        }
    }

    /** Has rollouts where other servers have brought them. */
    void followRollouts() {
        try {
            if (rollouts.catchUp()) {
                refresh();
            } else {
                writeStatuses();
            }
        } catch (IOException e) {
            log.problem("what others decided of rollouts cannot be read: " + e.getMessage());
        }
    }

    /** Serves what other servers published, and tries again what could not be kept before. */
    void follow() {
        try {
            takeOver();
        } catch (IOException e) {
            log.problem("what others published cannot be read: " + e.getMessage());
            return;
        }
        if (unkept) {
            refresh();
        }
    }

    private void takeOver() throws IOException {
        if (history.catchUp()) {
            serve(history.newest());
            log.published(history.newest());
        }
    }

    private void publishIfNew(List<GroupResources> groups) {
        said = content(packer.pack(groups));
        unkept = true;
        try {
            for (int tries = 0; unkept && tries < MOST_TRIES; tries++) {
                unkept = isNews() && !publish(new Draft(groups, said, "", who, List.of()));
            }
        } catch (IOException e) {
            tellWhy("not published, since it cannot be kept: " + e);
        }
        if (unkept) {
            nextTry = clock.instant().plus(PAUSE);
        } else {
            decided = said;
            toldWhy = "";
        }
    }

    // Not every two seconds.
    private void tellWhy(String problem) {
        if (!problem.equals(toldWhy)) {
            log.problem(problem);
            toldWhy = problem;
        }
    }

    // A folder that lags behind those of other servers takes nobody back: where several publish,
    // only what changes here is news, and at first what nobody has published before.
    private boolean isNews() throws IOException {
        if (isServed() || said.equals(history.newest().holds())) {
            return false;
        }
        if (!history.isShared()) {
            return true;
        }
        if (!decided.isEmpty()) {
            return !said.equals(decided);
        }
        return history.all().stream().noneMatch(old -> old.content().equals(said));
    }

    /** Whether what is served is what the folder says. */
    boolean isServed() {
        return said.equals(history.newest().content());
    }

    private void tell(Map<String, List<Diagnostic>> now) {
        now.forEach((file, said) -> {
            if (!said.equals(findings.getOrDefault(file, List.of()))) {
                log.findings(file, said);
            }
        });
        for (String file : findings.keySet()) {
            if (!now.containsKey(file)) {
                log.findings(file, List.of());
            }
        }
        findings = new TreeMap<>(now);
    }

    /**
     * Serves an earlier revision again, until the documents change.
     *
     * @return the new revision; null when that one is not kept
     */
    @Nullable Revision rollback(long number, String by) throws IOException {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            Revision old = history.find(number);
            if (old == null) {
                return null;
            }
            Revision newest = history.newest();
            String holds = newest.holds().isEmpty() ? newest.content() : newest.holds();
            String note = "back to revision " + number;
            if (publish(new Draft(old.groups(), old.content(), holds, by, List.of(note)))) {
                return history.newest();
            }
        }
        throw new IOException("others publish all the time: try again");
    }

    /** A revision without its number; see {@link Revision}. */
    private record Draft(
            List<GroupResources> groups,
            String content,
            String holds,
            String by,
            List<String> notes) {}

    // False: another server was first, and what it published is served now.
    private boolean publish(Draft draft) throws IOException {
        Revision next = revision(draft);
        try {
            history.append(next);
        } catch (OvertakenException _) {
            takeOver();
            return false;
        }
        serve(next);
        log.published(next);
        return true;
    }

    private Revision revision(Draft draft) {
        List<String> what = new ArrayList<>(draft.notes());
        List<Change> changes = Change.between(history.newest().groups(), draft.groups());
        changes.stream().limit(MOST_LINES).forEach(change -> what.add(change.toString()));
        if (changes.size() > MOST_LINES) {
            what.add("and " + (changes.size() - MOST_LINES) + " more");
        }
        return new Revision(
                history.newest().number() + 1,
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                draft.by(),
                what,
                draft.content(),
                draft.holds(),
                draft.groups());
    }

    // A history that went back, since it was restored, is news to nodes all the same.
    private void serve(Revision revision) {
        Publication before = fleet.publication();
        long number = Math.max(revision.number(), before.revision() + 1);
        fleet.publish(before.next(number, packer.pack(revision.groups())));
    }

    // The same for the same documents, on every server.
    private static String content(List<Packer.Group> groups) {
        var text = new StringBuilder();
        for (Packer.Group group : groups) {
            text.append(group.source().name()).append(canonical(group.source())).append('\n');
            group.resources()
                    .forEach(one ->
                            text.append(one.type())
                                    .append(' ')
                                    .append(one.name())
                                    .append(' ')
                                    .append(one.version())
                                    .append('\n'));
        }
        return Versions.of(text.toString());
    }

    private static String canonical(GroupResources group) {
        var selector = group.selector();
        return new TreeSet<>(selector.ids())
                + " "
                + new TreeSet<>(selector.clusters())
                + " "
                + new TreeMap<>(selector.metadata())
                + " "
                + selector.audience()
                + (selector.part() == null ? "" : " " + selector.part());
    }

    /** What is said about the documents, by file. */
    Map<String, List<Diagnostic>> findings() {
        return findings;
    }

    /** What became of documents in Kubernetes form. */
    List<DocumentStatus> statuses() {
        return RolloutStatuses.added(NodeRefusals.added(statuses, refused), rollouts.statuses());
    }

    Rollouts rollouts() {
        return rollouts;
    }

    History history() {
        return history;
    }
}
