package io.postern.xds.server;

import io.postern.config.source.Diagnostic;
import io.postern.xds.resources.DocumentStatus;
import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginSource;
import io.postern.xds.server.fleet.Fleet;
import io.postern.xds.server.fleet.FleetLog;
import io.postern.xds.server.fleet.Gatekeeper;
import io.postern.xds.server.grpc.XdsServer;
import io.postern.xds.server.modules.Content;
import io.postern.xds.server.rollout.DiskRollouts;
import io.postern.xds.server.rollout.Reports;
import io.postern.xds.server.rollout.RolloutStatus;
import io.postern.xds.server.rollout.RolloutStore;
import io.postern.xds.server.rollout.Rollouts;
import io.postern.xds.server.rollout.SharedRollouts;
import io.postern.xds.server.source.Documents;
import io.postern.xds.server.source.FolderWatch;
import io.postern.xds.server.status.StatusFiles;
import io.postern.xds.server.store.DirectoryLock;
import io.postern.xds.server.store.History;
import io.postern.xds.server.store.Revision;
import io.postern.xds.server.store.SharedValues;
import io.postern.xds.server.store.Store;
import io.postern.xds.server.store.StoreState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A management server: documents, their history, the nodes. What exists, constructed from top to
 * bottom; everything that changes it happens on one control thread.
 *
 * <p>Thread-safe.
 */
public final class ControlPlane implements AutoCloseable {
    /** Gateways report every second; a bad version has to be gone within five. */
    private static final Duration JUDGED_EVERY = Duration.ofMillis(500);

    /** For what the control thread is doing: a registry may be slow. */
    private static final int CLOSE_SECONDS = 2;

    private final ExecutorService control =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().name("publisher").factory());
    private final Settings settings;
    private final DirectoryLock lock;
    private final History history;
    private final Fleet fleet;
    private final Publisher publisher;
    private final Soon refreshes = new Soon(() -> publisher().refresh());
    private final Soon follows = new Soon(() -> publisher().follow());
    private final Soon followsRollouts = new Soon(() -> publisher().followRollouts());
    private final FolderWatch watch;
    private final Reports reports;
    private final Thread judging;

    /**
     * What a server is made of.
     *
     * @param resources the folder
     * @param store where it keeps what it has to remember
     * @param environment variables that resources may name
     * @param plugins where plugins come from
     * @param content where nodes fetch plugins; null: they get them inline
     * @param statusFiles whether what became of documents is written beside them
     * @param who changes in the folder are attributed to
     */
    public record Settings(
            Path resources,
            Store store,
            Map<String, String> environment,
            PluginSource plugins,
            @Nullable Content content,
            boolean statusFiles,
            Gatekeeper gatekeeper,
            String who,
            Clock clock,
            FleetLog fleetLog,
            PublisherLog log) {}

    private ControlPlane(Settings settings, DirectoryLock lock, History history)
            throws IOException {
        this.settings = settings;
        this.lock = lock;
        this.history = history;
        Path own = settings.store().directory();
        fleet = new Fleet(settings.gatekeeper(), settings.fleetLog());
        reports = new Reports(history.isShared());
        var documents =
                Documents.open(
                        new Documents.Parts(
                                settings.resources(),
                                own.resolve("last-good"),
                                settings.environment(),
                                settings.plugins(),
                                refreshes,
                                settings.content(),
                                settings.clock()),
                        history.newest().groups());
        publisher =
                new Publisher(
                        documents,
                        history,
                        fleet,
                        settings.statusFiles()
                                ? new StatusFiles(
                                        settings.resources(),
                                        settings.clock(),
                                        settings.log()::problem)
                                : null,
                        new Rollouts(
                                rollouts(settings),
                                reports,
                                new PublishedFleet(fleet, history),
                                settings.log()::rollout,
                                settings.clock()),
                        settings.clock(),
                        settings.who(),
                        settings.log());
        publisher.resume();
        publisher.refresh();
        watch = FolderWatch.start(settings.resources(), refreshes);
        history.follow(follows);
        publisher.rollouts().follow(followsRollouts);
        judging = Thread.ofVirtual().name("rollouts").start(this::judge);
    }

    private static RolloutStore rollouts(Settings settings) throws IOException {
        Path own = settings.store().directory().resolve("rollouts");
        var disk = DiskRollouts.open(own, settings.log()::problem);
        SharedValues shared = settings.store().values("rollouts");
        return shared == null ? disk : new SharedRollouts(shared, disk, settings.log());
    }

    // Ends with its thread.
    private void judge() {
        try {
            while (true) {
                Thread.sleep(JUDGED_EVERY);
                control.execute(() -> guarded(publisher::advance));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RejectedExecutionException _) {
            return; // closed
        }
    }

    /** Reads the documents, and whatever was served last, and follows the documents. */
    public static ControlPlane start(Settings settings) throws IOException {
        DirectoryLock lock = DirectoryLock.take(settings.store().directory());
        try {
            History history = settings.store().history(settings.log());
            try {
                return new ControlPlane(settings, lock, history);
            } catch (IOException | RuntimeException e) {
                history.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Serves nodes on a port. */
    public XdsServer listen(InetSocketAddress address, XdsServer.@Nullable Tls tls)
            throws IOException {
        return XdsServer.start(address, tls, fleet, reports, settings.clock());
    }

    /** The nodes. */
    public Fleet fleet() {
        return fleet;
    }

    /** What gateways tell of rollouts. */
    public Reports reports() {
        return reports;
    }

    /** How rollouts stand. */
    public List<RolloutStatus> rollouts() throws IOException {
        return onControl(() -> publisher.rollouts().statuses());
    }

    /**
     * Ends a rollout by somebody's word.
     *
     * @param promote the candidate serves everybody; false: nobody
     * @return null: done; otherwise why not
     */
    public @Nullable String endRollout(String name, boolean promote, String by) throws IOException {
        return onControl(() -> {
            Rollouts all = publisher.rollouts();
            String refusal = promote ? all.promote(name, by) : all.abort(name, by);
            publisher.refresh();
            return refusal;
        });
    }

    /**
     * The tags of registries that documents name, and digests of what they stand for; none: it
     * cannot be used.
     */
    public Map<PluginReference, List<String>> tags() throws IOException {
        return onControl(publisher::tags);
    }

    /** All plugins and policies that documents refer to: what else is kept may go. */
    public Set<PluginReference> references() throws IOException {
        return onControl(publisher::references);
    }

    /** These tags stand for something else by now. */
    public void tagsMoved(Set<PluginReference> tags) {
        try {
            control.execute(() -> guarded(() -> publisher.refreshTags(tags)));
        } catch (RejectedExecutionException _) {
            return; // closed
        }
    }

    /** It cannot be found out what these tags stand for by now. */
    public void tagsFailed(Map<PluginReference, PluginSource.Failed> tags) {
        try {
            control.execute(() -> guarded(() -> publisher.refreshFailed(tags)));
        } catch (RejectedExecutionException _) {
            return; // closed
        }
    }

    private Publisher publisher() {
        return publisher;
    }

    /** Does something on the control thread, once for all who ask meanwhile. */
    private final class Soon implements Runnable {
        private final AtomicBoolean will = new AtomicBoolean();
        private final Runnable work;

        Soon(Runnable work) {
            this.work = work;
        }

        @Override
        public void run() {
            if (will.compareAndSet(false, true)) {
                try {
                    control.execute(() -> {
                        will.set(false);
                        guarded(work);
                    });
                } catch (RejectedExecutionException _) {
                    // Closed.
                }
            }
        }
    }

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            settings.log().problem("bug: " + e);
        }
    }

    /** Where what was published is kept, and how that is; any thread. */
    public StoreState store() {
        return history.state();
    }

    /** Whether what is served is what the folder says. */
    public boolean servesItsFolder() throws IOException {
        return onControl(publisher::isServed);
    }

    /** What is served; any thread. */
    public Revision newest() throws IOException {
        return onControl(() -> publisher.history().newest());
    }

    /** What is kept, oldest first. */
    public List<Revision> history() throws IOException {
        return onControl(() -> publisher.history().all());
    }

    /** A revision; null when it is not kept. */
    public @Nullable Revision revision(long number) throws IOException {
        return onControl(() -> publisher.history().find(number));
    }

    /** What is said about the documents, by file. */
    public Map<String, List<Diagnostic>> findings() throws IOException {
        return onControl(publisher::findings);
    }

    /** What became of documents in Kubernetes form. */
    public List<DocumentStatus> statuses() throws IOException {
        return onControl(publisher::statuses);
    }

    /**
     * Serves an earlier revision again, until the documents change.
     *
     * @return the new revision; null when that one is not kept
     */
    public @Nullable Revision rollback(long number, String by) throws IOException {
        return onControl(() -> publisher.rollback(number, by));
    }

    private <T extends @Nullable Object> T onControl(Callable<T> question) throws IOException {
        try {
            return control.submit(question).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        }
    }

    @Override
    public void close() throws IOException {
        watch.close();
        judging.interrupt();
        control.shutdown();
        try {
            var _ = control.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        publisher.rollouts().close();
        history.close();
        fleet.close();
        lock.close();
    }
}
