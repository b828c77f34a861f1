package io.postern.config.snapshot;

import io.postern.config.envoy.LiveResources;
import io.postern.config.envoy.StaticParts;
import io.postern.config.model.Bootstrap;
import io.postern.config.model.Cluster;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.Listener;
import io.postern.config.model.ResourceType;
import io.postern.config.model.RuntimeLayers;
import io.postern.config.model.RuntimeSnapshot;
import io.postern.config.model.XdstpNames;
import io.postern.config.snapshot.Faults.Fault;
import io.postern.config.source.xds.ResourceSink;
import io.postern.config.source.xds.Subscriber;
import io.postern.config.source.xds.Update;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The configuration as it is now: takes resources as they are delivered, puts them together with
 * the static ones, and has each complete state served. What is wrong is refused alone; what waits
 * for something it refers to is served when that comes; until then, the last good one is.
 *
 * <p>Confined to the control thread.
 */
public final class LiveConfig implements ResourceSink {
    private static final Duration MOST_UNSETTLED = Duration.ofSeconds(30);

    private final Bootstrap.Dynamic dynamic;
    private final LiveParts with;
    private final Library library;
    private final Family<Cluster> clusters;
    private final Family<Listener> listeners;
    private final Intake intake;
    private final Wants wants = new Wants();
    private final DeliveryStats stats;
    private final LastGood lastGood;
    private final Faults faults = new Faults();
    private final Expiry expiry;
    private final Awaited awaited;
    private final Set<ResourceType> heard = EnumSet.noneOf(ResourceType.class);
    private final Map<ResourceType, String> versions = new EnumMap<>(ResourceType.class);
    private final Demands demands;
    private final OwnClusters ownClusters;
    private final LiveRuntime runtime;
    private boolean runtimeReady;
    private boolean clustersReady;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private boolean settled;

    /**
     * Nothing is served before {@link #start}.
     *
     * @param parts the static resources
     */
    public LiveConfig(Bootstrap.Dynamic dynamic, StaticParts parts, LiveParts with) {
        this.dynamic = dynamic;
        this.with = with;
        this.library = new Library(dynamic.names());
        var translator = with.translator();
        this.clusters =
                new Family<>((from, diagnostics) ->
                        translator.cluster(
                                from.message(), from.spot(), diagnostics, library, from.source()));
        this.listeners =
                new Family<>((from, diagnostics) ->
                        translator.listener(
                                from.message(), from.spot(), diagnostics, library, from.source()));
        this.intake = new Intake(translator, library, with.clock());
        this.stats = new DeliveryStats(with.metrics());
        this.lastGood = new LastGood(with.cacheFile(), with.node(), with.control(), with.log());
        this.runtime = new LiveRuntime(parts.runtime(), translator);
        this.ownClusters = new OwnClusters(dynamic);
        this.expiry = new Expiry(with.control(), this::expired);
        this.demands = new Demands(with.control(), this::follow);
        this.awaited = new Awaited(with.control(), this::giveUp);
        intake.place(parts, clusters, listeners);
    }

    /** Serves what is there already and asks for the rest. */
    public void start(Subscriber subscriber) {
        wants.subscribeWith(subscriber);
        var _ = serve();
        if (lastGood.isThere()) {
            var _ = with.control().schedule(with.patience(), this::useLastGood);
        }
        var _ =
                with.control()
                        .schedule(
                                MOST_UNSETTLED,
                                () -> {
                                    settled = true;
                                    save();
                                });
    }

    private void ask(ConfigSource source, ResourceType root) {
        XdstpNames names = dynamic.names();
        String collection = root == ResourceType.CLUSTER ? names.clusters() : names.listeners();
        wants.root(Sources.key(source), root, collection);
        Duration timeout = source.initialFetchTimeout();
        if (!timeout.isZero()) {
            var _ =
                    with.control()
                            .schedule(
                                    timeout,
                                    () -> {
                                        if (heard.add(root)) {
                                            stats.timedOut(root);
                                            var _ = serve();
                                        }
                                    });
        }
    }

    @Override
    public List<String> onUpdate(ConfigSource source, ResourceType type, Update update) {
        heard.add(type);
        lastGood.heard(source, type);
        return accept(Sources.key(source), type, update);
    }

    private List<String> accept(ConfigSource from, ResourceType type, Update update) {
        if (ready()) {
            with.control().makeWay();
        }
        stats.attempted(type);
        stats.heardFrom(update.controlPlane());
        library.clusterNames(clusters.names());
        Intake.Taken taken = intake.take(from, type, update);
        put(from, type, update, taken);
        List<String> errors = new ArrayList<>();
        taken.errors().forEach((name, text) -> errors.add(new Fault(type, name, text).line()));
        faults.answering(type, serve()).forEach(fault -> errors.add(fault.line()));
        demands.answered(from, update).forEach(Runnable::run);
        stats.updated(type, update, taken, errors.isEmpty());
        if (errors.isEmpty()) {
            versions.put(type, update.version());
        }
        errors.forEach(error -> with.log().warn("refused: " + error));
        return errors;
    }

    private void put(ConfigSource from, ResourceType type, Update update, Intake.Taken taken) {
        expiry.note(from, type, update);
        switch (type) {
            case CLUSTER -> deliver(clusters, taken, update);
            case LISTENER -> deliver(listeners, taken, update);
            default -> library.deliver(from, type, taken, update, with.clock().instant());
        }
    }

    private <M> void deliver(Family<M> family, Intake.Taken taken, Update update) {
        Instant now = with.clock().instant();
        taken.errors()
                .keySet()
                .forEach(name -> family.refuse(name, taken.rejection(name, update, now)));
        taken.resources().forEach(family::deliver);
        update.removed().forEach(family::remove);
        if (taken.isEverything(update)) {
            family.retain(taken.named(update));
        }
    }

    private void expired(Reference reference) {
        with.log().warn("time to live has passed: " + reference.type() + " " + reference.name());
        switch (reference.type()) {
            case CLUSTER -> {
                var _ = clusters.remove(reference.name());
            }
            case LISTENER -> {
                var _ = listeners.remove(reference.name());
            }
            default -> library.remove(reference);
        }
        if (reference.source() != null) {
            wants.lost(reference.source(), reference.type(), reference.name());
        }
        var _ = serve();
    }

    /**
     * Puts everything together and has it served.
     *
     * @return what is wrong with what was delivered
     */
    private List<Fault> serve() {
        Instant now = with.clock().instant();
        Map<String, String> clusterErrors = new LinkedHashMap<>();
        Map<String, String> listenerErrors = new LinkedHashMap<>();
        library.clusterNames(clusters.names());
        library.runtime(runtime.refresh(library));
        stats.runtime(runtime.layers());
        List<Cluster> nextClusters = clusters.assemble(library, clusterErrors, now);
        List<Runnable> questions = becomeReady();
        List<Listener> nextListeners = listeners.assemble(library, listenerErrors, now);
        SnapshotTarget.Outcome outcome =
                with.target()
                        .apply(
                                new RuntimeSnapshot(
                                        clustersReady ? nextListeners : List.of(),
                                        ownClusters.with(
                                                nextClusters,
                                                List.of(
                                                        clusters.references(),
                                                        listeners.references(),
                                                        runtime.references()))));
        clusters.applied(outcome.clusterErrors(), now);
        if (clustersReady) {
            listeners.applied(outcome.listenerErrors(), now);
        }
        if (clustersReady && heardOfListeners() && listeners.missing().isEmpty()) {
            ready.complete(null);
        }
        clusterErrors.putAll(outcome.clusterErrors());
        listenerErrors.putAll(outcome.listenerErrors());
        questions.forEach(Runnable::run);
        follow();
        faults.forget(ResourceType.CLUSTER, clusters::isServedOrGone);
        faults.forget(ResourceType.LISTENER, listeners::isServedOrGone);
        List<Fault> found = new ArrayList<>();
        clusterErrors.forEach(
                (name, text) -> found.add(new Fault(ResourceType.CLUSTER, name, text)));
        listenerErrors.forEach(
                (name, text) -> found.add(new Fault(ResourceType.LISTENER, name, text)));
        return found;
    }

    /** Whether there is something on disk to serve until a server says more; any thread. */
    public boolean hasLastGood() {
        return lastGood.isThere();
    }

    private boolean heardOfListeners() {
        return dynamic.listeners() == null || heard.contains(ResourceType.LISTENER);
    }

    /**
     * Whether all that a start waits for came, or was waited for in vain, and is served; stays so.
     * Any thread.
     */
    public boolean ready() {
        return ready.isDone();
    }

    /** Runs a task when {@link #ready} begins to be true, or now; on any thread. */
    public void whenReady(Runnable task) {
        var _ = ready.thenRun(task);
    }

    // As in Envoy: first the values that others may be read with, then the clusters and all they
    // need, then the listeners. Who is asked is reached through clusters that are served already.
    private List<Runnable> becomeReady() {
        List<Runnable> questions = new ArrayList<>();
        ConfigSource forClusters = dynamic.clusters();
        if (!runtimeReady && runtime.missing(library).isEmpty()) {
            runtimeReady = true;
            if (forClusters != null) {
                questions.add(() -> ask(forClusters, ResourceType.CLUSTER));
            }
        }
        ConfigSource forListeners = dynamic.listeners();
        boolean heardOf = forClusters == null || heard.contains(ResourceType.CLUSTER);
        if (!clustersReady && runtimeReady && heardOf && clusters.missing().isEmpty()) {
            clustersReady = true;
            if (forListeners != null) {
                questions.add(() -> ask(forListeners, ResourceType.LISTENER));
            }
        }
        return questions;
    }

    // What is referred to is subscribed to, and not waited for without an end.
    private void follow() {
        Set<Reference> all = new LinkedHashSet<>(clusters.references());
        all.addAll(listeners.references());
        all.addAll(runtime.references());
        demands.retain(all);
        all.addAll(demands.references());
        library.retain(all);
        wants.references(all);
        Set<Reference> missing = new LinkedHashSet<>(clusters.missing());
        missing.addAll(listeners.missing());
        missing.addAll(runtime.missing(library));
        awaited.await(missing, all);
        save();
    }

    // Half of it is not to replace the whole of last time.
    private void save() {
        if (ready() || settled) {
            lastGood.save(() -> Resources.of(wants.topics(), clusters, listeners, library));
        }
    }

    private void giveUp(Reference reference) {
        if (library.get(reference) == null) {
            library.giveUp(reference);
            with.log().warn("not delivered in time: " + reference.type() + " " + reference.name());
            stats.timedOut(reference.type());
            var _ = serve();
        }
    }

    /**
     * Asks for the virtual host of {@code host}; {@code answered} is run when it is served, or not
     * to be had.
     */
    public void demand(ConfigSource source, String table, String host, Runnable answered) {
        demands.ask(source, table + "/" + host, answered);
    }

    /** Everything that was delivered, for /config_dump. */
    public LiveResources resources() {
        String ofClusters = versions.getOrDefault(ResourceType.CLUSTER, "");
        String ofListeners = versions.getOrDefault(ResourceType.LISTENER, "");
        return LiveDump.of(clusters, listeners, library, with.clock().instant())
                .with(ofClusters, ofListeners);
    }

    /** The runtime layers as they are now; any thread. */
    public RuntimeLayers runtime() {
        return runtime.layers();
    }

    /** Changes values of the admin layer, and what was made with them. */
    public void modifyRuntime(Map<String, String> changes) {
        runtime.modify(changes);
        var _ = serve();
    }

    /** Keeps what is served for the next start. */
    public void close() {
        lastGood.close();
    }

    @Override
    public void onFailure(ConfigSource source, ResourceType type, String reason) {
        with.log().warn(type + ": " + reason);
        stats.failed(type);
        useLastGood();
    }

    // One may refer to the next: until nothing more is found.
    private void useLastGood() {
        if (!lastGood.isThere()) {
            return;
        }
        List<LastGood.Kept> found = lastGood.take(wants.topics());
        while (!found.isEmpty()) {
            found.forEach(this::takeUp);
            serve().forEach(fault -> with.log().warn("refused: " + fault.line()));
            found.forEach(wants::held);
            found = lastGood.take(wants.topics());
        }
    }

    private void takeUp(LastGood.Kept kept) {
        ResourceType type = kept.type();
        heard.add(type);
        stats.attempted(type);
        library.clusterNames(clusters.names());
        Intake.Taken taken = intake.takeAgain(kept.source(), type, kept.update());
        put(kept.source(), type, kept.update(), taken);
        stats.updated(type, kept.update(), taken, taken.errors().isEmpty());
        taken.errors()
                .forEach((name, text) ->
                        with.log().warn("refused: " + new Fault(type, name, text).line()));
    }
}
