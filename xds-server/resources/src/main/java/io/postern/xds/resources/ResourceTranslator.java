package io.postern.xds.resources;

import static io.postern.xds.resources.attach.Conditions.ACCEPTED;
import static io.postern.xds.resources.attach.Conditions.PROGRAMMED;
import static io.postern.xds.resources.attach.Conditions.RESOLVED_REFS;

import com.google.protobuf.Message;
import io.postern.config.model.ResourceType;
import io.postern.config.source.Diagnostic;
import io.postern.config.source.Severity;
import io.postern.xds.resources.PluginSource.Code;
import io.postern.xds.resources.PluginSource.Failed;
import io.postern.xds.resources.PluginSource.Fetched;
import io.postern.xds.resources.PluginSource.Stale;
import io.postern.xds.resources.attach.Gateways;
import io.postern.xds.resources.attach.Grants;
import io.postern.xds.resources.attach.Inventory;
import io.postern.xds.resources.attach.ListenerConflicts;
import io.postern.xds.resources.attach.NodeGroups;
import io.postern.xds.resources.attach.NodeGroups.Group;
import io.postern.xds.resources.attach.RouteAttachment;
import io.postern.xds.resources.attach.RouteConflicts;
import io.postern.xds.resources.attach.Statuses;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.Documents;
import io.postern.xds.resources.envoy.CodeByDigest;
import io.postern.xds.resources.envoy.DataPlane;
import io.postern.xds.resources.envoy.EnvoyTrials;
import io.postern.xds.resources.envoy.GroupDraft;
import io.postern.xds.resources.envoy.GroupTranslator;
import io.postern.xds.resources.envoy.PluginCatalog;
import io.postern.xds.resources.envoy.PluginTargets;
import io.postern.xds.resources.envoy.Translating;
import io.postern.xds.resources.rollout.EnvoyTrial;
import io.postern.xds.resources.rollout.RolloutBook;
import io.postern.xds.resources.rollout.WantedVersion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Documents to resources: a pure function of the documents and of the plugins that were fetched for
 * them.
 *
 * <p>Nothing leaves it that the data plane's own translator refuses: the documents that it comes
 * from are left out, with a status that says why, and everything is translated again.
 *
 * <p>Confined to one thread at a time.
 */
public final class ResourceTranslator {
    private final TranslationOptions options;
    private final PluginCatalog bundled = PluginCatalog.bundled();
    private final DataPlane dataPlane = new DataPlane();

    public ResourceTranslator(TranslationOptions options) {
        this.options = options;
    }

    /** What has to be fetched before {@link #translate}. */
    public static Set<PluginReference> plugins(Documents documents) {
        return PluginCatalog.references(new Inventory(documents.good()));
    }

    /** Everything that may be referred to by its digest: it has to be where nodes look for it. */
    public List<Code> contents(Collection<Fetched> fetched, RolloutBook book) {
        var all = new ArrayList<>(bundled.contents());
        all.addAll(CodeByDigest.lastGood(book));
        for (var one : fetched) {
            switch (one) {
                case Code code -> all.add(code);
                case Stale(var code, _) -> all.add(code);
                case Failed _ -> {}
            }
        }
        return all;
    }

    /** What the documents come to where every newest version serves. */
    public Translation translate(Documents documents, Map<PluginReference, Fetched> fetched) {
        return translate(documents, fetched, RolloutBook.EMPTY);
    }

    /** What the documents come to. */
    public Translation translate(
            Documents documents, Map<PluginReference, Fetched> fetched, RolloutBook book) {
        Map<Document, List<Diagnostic>> refused = new LinkedHashMap<>();
        dataPlane.begin();
        while (true) {
            var attempt = attempt(documents, fetched, book, refused);
            if (!attempt.refuse(refused)) {
                return attempt.translation(documents);
            }
        }
    }

    private Attempt attempt(
            Documents documents,
            Map<PluginReference, Fetched> fetched,
            RolloutBook book,
            Map<Document, List<Diagnostic>> refused) {
        var used =
                documents.good().stream()
                        .filter(one -> !refused.containsKey(one) || isProtection(one))
                        .toList();
        var inventory = new Inventory(used);
        var statuses = new Statuses(used);
        tell(refused, statuses);
        var grants = new Grants(inventory);
        var gateways = new Gateways(inventory, grants, statuses);
        var ours = gateways.find();
        var groups = new NodeGroups(inventory, statuses).of(ours);
        groups.forEach(group -> new ListenerConflicts(statuses).between(group.gateways()));
        ours.forEach(gateways::close);
        new RouteAttachment(inventory, statuses, ours).attach();
        new RouteConflicts(statuses).resolve(ours);
        var wanted = new TreeMap<String, WantedVersion>();
        var trials = new TreeMap<String, EnvoyTrial>();
        var translating =
                new Translating(
                        inventory,
                        grants,
                        statuses,
                        fetched,
                        options,
                        dataPlane,
                        book,
                        wanted,
                        trials,
                        Set.copyOf(refused.keySet()));
        var translator = new GroupTranslator(translating, bundled);
        translator.judgePolicies();
        var attempt = new Attempt(statuses, wanted, trials, translator.divides());
        for (var group : groups) {
            attempt.add(group, translator);
        }
        new PluginTargets(inventory, statuses).judge();
        ours.forEach(gateways::judge);
        conclude(inventory, statuses);
        return attempt;
    }

    private static void tell(Map<Document, List<Diagnostic>> refused, Statuses statuses) {
        refused.forEach((document, findings) -> {
            var draft = statuses.of(document);
            findings.stream().distinct().forEach(draft::error);
            draft.conditions().fail(ACCEPTED, "Invalid", findings.getFirst().message());
        });
    }

    // Left out, it would let through what it is there to refuse.
    private static boolean isProtection(Document document) {
        var kind = document.key().kind();
        return kind.equals("WasmPlugin") || kind.equals("APIPolicy");
    }

    private static void conclude(Inventory inventory, Statuses statuses) {
        for (var kind : RouteAttachment.ROUTES) {
            for (var route : inventory.all(kind)) {
                for (var parent : statuses.of(route).parents()) {
                    parent.pass(ACCEPTED, "Accepted", "");
                    parent.pass(RESOLVED_REFS, "ResolvedRefs", "");
                }
            }
        }
        for (var kind :
                List.of("Backend", "WasmPlugin", "APIPolicy", "NodeGroup", "EnvoyResource")) {
            for (var document : inventory.all(kind)) {
                var conditions = statuses.of(document).conditions();
                conditions.pass(ACCEPTED, "Accepted", "");
                if (kind.equals("WasmPlugin") || kind.equals("APIPolicy")) {
                    if (conditions.failed(ACCEPTED)) {
                        conditions.fail(PROGRAMMED, "Invalid", "it is not accepted");
                    }
                    conditions.pass(RESOLVED_REFS, "ResolvedRefs", "");
                    conditions.pass(PROGRAMMED, "Programmed", "");
                }
            }
        }
    }

    /** One translation of those documents that were not refused so far. */
    private static final class Attempt {
        private static final Set<ResourceType> REFERRING =
                Set.of(ResourceType.LISTENER, ResourceType.CLUSTER);

        private final Statuses statuses;
        private final Map<String, WantedVersion> wanted;
        private final Map<String, EnvoyTrial> trials;
        private final boolean divides;
        private final List<GroupResources> groups = new ArrayList<>();
        private final Map<GroupDraft.Made, List<Diagnostic>> problems = new LinkedHashMap<>();

        Attempt(
                Statuses statuses,
                Map<String, WantedVersion> wanted,
                Map<String, EnvoyTrial> trials,
                boolean divides) {
            this.statuses = statuses;
            this.wanted = wanted;
            this.trials = trials;
            this.divides = divides;
        }

        void add(Group group, GroupTranslator translator) {
            int before = groups.size();
            addItself(group, translator);
            List.copyOf(groups.subList(before, groups.size())).stream()
                    .filter(one -> one.selector().audience() != Audience.POSTERN)
                    .forEach(one -> groups.addAll(EnvoyTrials.of(one, trials)));
        }

        private void addItself(Group group, GroupTranslator translator) {
            var selector = group.selector();
            if (selector.audience() != Audience.ANY || !divides) {
                groups.add(
                        new GroupResources(
                                group.name(),
                                selector,
                                make(group, selector.audience(), translator)));
                return;
            }
            var envoy = make(group, Audience.ENVOY, translator);
            var postern = make(group, Audience.POSTERN, translator);
            if (envoy.equals(postern)) {
                groups.add(new GroupResources(group.name(), selector, envoy));
            } else {
                groups.add(
                        new GroupResources(
                                group.name() + "@envoy", selector.with(Audience.ENVOY), envoy));
                groups.add(
                        new GroupResources(
                                group.name() + "@postern",
                                selector.with(Audience.POSTERN),
                                postern));
            }
        }

        private List<Message> make(Group group, Audience audience, GroupTranslator translator) {
            var draft = translator.make(group.name(), group.gateways(), group.raw(), audience);
            var refused = translator.refused(draft);
            problems.putAll(refused);
            return draft.all().stream()
                    .filter(made -> !refused.containsKey(made))
                    .map(GroupDraft.Made::message)
                    .toList();
        }

        /** Whether there is more to leave out. */
        boolean refuse(Map<Document, List<Diagnostic>> refused) {
            int before = refused.size();
            // What refers to something bad is bad, too, and not to blame for it.
            boolean onlyReferring =
                    problems.keySet().stream().allMatch(made -> REFERRING.contains(made.type()));
            problems.forEach((made, found) -> {
                if (onlyReferring || !REFERRING.contains(made.type())) {
                    made.origins().forEach(origin -> blame(origin, made, found, refused));
                }
            });
            return refused.size() > before;
        }

        private static void blame(
                Document origin,
                GroupDraft.Made made,
                List<Diagnostic> found,
                Map<Document, List<Diagnostic>> refused) {
            var of = refused.computeIfAbsent(origin, _ -> new ArrayList<>());
            for (var problem : found) {
                of.add(
                        new Diagnostic(
                                Severity.ERROR,
                                origin.place(),
                                made.name() + ": " + problem.protoPath(),
                                problem.message(),
                                problem.cure()));
            }
        }

        Translation translation(Documents documents) {
            groups.sort(java.util.Comparator.comparing(GroupResources::name));
            return new Translation(
                    groups, statuses.finish(documents.bad()), List.copyOf(wanted.values()));
        }
    }
}
