package io.postern.xds.server;

import io.postern.config.source.Diagnostic;
import io.postern.xds.resources.DocumentStatus;
import io.postern.xds.resources.GroupResources;
import io.postern.xds.resources.PluginReference;
import io.postern.xds.server.content.Packer;
import io.postern.xds.server.content.Versions;
import io.postern.xds.server.fleet.Fleet;
import io.postern.xds.server.rollout.RolloutStatuses;
import io.postern.xds.server.rollout.Rollouts;
import io.postern.xds.server.source.Documents;
import io.postern.xds.server.status.StatusFiles;
import io.postern.xds.server.store.History;
import io.postern.xds.server.store.Revision;
import java.io.IOException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * From documents to what is served. A revision is on disk before a node hears of it.
 *
 * <p>Confined to the control thread.
 */
final class Publisher {
    private static final int MOST_LINES = 200;

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

    /** See {@link Documents#tags}. */
    Map<PluginReference, List<String>> tags() {
        return documents.tags();
    }

    /** As {@link #refresh}, with what these tags of plugins stand for by now. */
    void refreshTags(Set<PluginReference> moved) {
        documents.moved(moved);
        refresh();
    }

    /** Has rollouts go on, and publishes what that changes. */
    void advanceRollouts() {
        try {
            if (rollouts.advance()) {
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
        if (statusFiles != null) {
            statusFiles.write(statuses(), findings);
        }
    }

    private void publishIfNew(List<GroupResources> groups) {
        String content = content(packer.pack(groups));
        Revision newest = history.newest();
        if (!content.equals(newest.content()) && !content.equals(newest.holds())) {
            publish(groups, content, "", who, List.of());
        }
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
        Revision old = history.find(number);
        if (old == null) {
            return null;
        }
        Revision newest = history.newest();
        String holds = newest.holds().isEmpty() ? newest.content() : newest.holds();
        String note = "back to revision " + number;
        return publish(old.groups(), old.content(), holds, by, List.of(note));
    }

    private @Nullable Revision publish(
            List<GroupResources> groups,
            String content,
            String holds,
            String by,
            List<String> notes) {
        List<String> what = new ArrayList<>(notes);
        List<Change> changes = Change.between(history.newest().groups(), groups);
        changes.stream().limit(MOST_LINES).forEach(change -> what.add(change.toString()));
        if (changes.size() > MOST_LINES) {
            what.add("and " + (changes.size() - MOST_LINES) + " more");
        }
        long number = history.newest().number() + 1;
        var next =
                new Revision(
                        number,
                        clock.instant().truncatedTo(ChronoUnit.MILLIS),
                        by,
                        what,
                        content,
                        holds,
                        groups);
        try {
            history.append(next);
        } catch (IOException e) {
            log.problem("not published, since it cannot be kept: " + e);
            return null;
        }
        serve(next);
        log.published(next);
        return next;
    }

    private void serve(Revision revision) {
        fleet.publish(fleet.publication().next(revision.number(), packer.pack(revision.groups())));
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
                + selector.audience();
    }

    /** What is said about the documents, by file. */
    Map<String, List<Diagnostic>> findings() {
        return findings;
    }

    /** What became of documents in Kubernetes form. */
    List<DocumentStatus> statuses() {
        return RolloutStatuses.added(statuses, rollouts.statuses());
    }

    Rollouts rollouts() {
        return rollouts;
    }

    History history() {
        return history;
    }
}
