package io.postern.config.snapshot;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All clusters, or all listeners. Control thread. */
final class Family<M> {
    private final TopLevel.Translator<M> translator;
    private final Map<String, TopLevel<M>> members = new LinkedHashMap<>();
    private final Map<String, Rejection> neverServed = new LinkedHashMap<>();

    Family(TopLevel.Translator<M> translator) {
        this.translator = translator;
    }

    Map<String, TopLevel<M>> members() {
        return members;
    }

    /** What was refused and had no version before it, by name. */
    Map<String, Rejection> neverServed() {
        return neverServed;
    }

    Set<String> names() {
        return members.keySet();
    }

    /** Whether nothing can be wrong with {@code name}: it is served, or there is no such thing. */
    boolean isServedOrGone(String name) {
        TopLevel<M> known = members.get(name);
        return known == null ? !neverServed.containsKey(name) : known.isServedAsDelivered();
    }

    void deliver(Delivered resource) {
        TopLevel<M> known = members.get(resource.name());
        if (known == null) {
            members.put(resource.name(), new TopLevel<>(resource));
        } else {
            known.deliver(resource);
        }
        neverServed.remove(resource.name());
    }

    void refuse(String name, Rejection rejection) {
        TopLevel<M> known = members.get(name);
        if (known == null) {
            neverServed.put(name, rejection);
        } else {
            known.refuse(rejection);
        }
    }

    /** Removes one that is not static. */
    boolean remove(String name) {
        TopLevel<M> known = members.get(name);
        neverServed.remove(name);
        if (known == null || known.delivered().isStatic()) {
            return false;
        }
        members.remove(name);
        return true;
    }

    /** Removes those of the dynamic ones that are not among {@code kept}. */
    void retain(Set<String> kept) {
        for (String name : List.copyOf(members.keySet())) {
            if (!kept.contains(name)) {
                var _ = remove(name);
            }
        }
        neverServed.keySet().retainAll(kept);
    }

    /**
     * Translates what has changed.
     *
     * @param errors takes what is wrong, by name
     * @return what is to be served
     */
    List<M> assemble(Library library, Map<String, String> errors, Instant now) {
        for (TopLevel<M> member : members.values()) {
            String error = member.assemble(library, translator);
            if (error != null) {
                errors.put(member.delivered().name(), error);
                member.failed(rejection(member, error, now));
            }
        }
        forgetNeverServed();
        var models = new ArrayList<M>();
        for (TopLevel<M> member : members.values()) {
            M model = member.candidate();
            if (model != null) {
                models.add(model);
            }
        }
        return models;
    }

    /** What came of serving the candidates. */
    void applied(Map<String, String> failures, Instant now) {
        for (TopLevel<M> member : members.values()) {
            String failure = failures.get(member.delivered().name());
            if (failure == null) {
                member.applied();
            } else {
                member.failed(rejection(member, failure, now));
            }
        }
        forgetNeverServed();
    }

    private static Rejection rejection(TopLevel<?> member, String details, Instant now) {
        Delivered refused = member.delivered();
        return new Rejection(refused.version(), now, details, refused.message());
    }

    // Only its refusal is kept of what has no good version.
    private void forgetNeverServed() {
        members.values()
                .removeIf(member -> {
                    Rejection rejection = member.rejection();
                    boolean gone =
                            rejection != null && member.candidate() == null && !member.isWarming();
                    if (gone && rejection != null) {
                        neverServed.put(member.delivered().name(), rejection);
                    }
                    return gone;
                });
    }

    Set<Reference> references() {
        var all = new LinkedHashSet<Reference>();
        members.values().forEach(member -> all.addAll(member.references()));
        return all;
    }

    Set<Reference> missing() {
        var all = new LinkedHashSet<Reference>();
        members.values().forEach(member -> all.addAll(member.missing()));
        return all;
    }
}
