package io.postern.xds.resources.document;

import io.postern.config.source.Diagnostic;
import io.postern.config.source.Place;
import io.postern.xds.resources.DocumentKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was read from a folder.
 *
 * <p>Thread-safe: immutable.
 *
 * @param good documents of the right shape
 * @param bad what is wrong with the others
 */
public record Documents(List<Document> good, List<Refused> bad) {
    /**
     * A document that cannot be used.
     *
     * @param key null: it could not be read so far
     * @param older the version before it, which is used instead; null: there is none
     */
    public record Refused(
            @Nullable DocumentKey key,
            Place place,
            List<Diagnostic> findings,
            @Nullable Document older) {
        public Refused {
            findings = List.copyOf(findings);
        }
    }

    public Documents {
        good = List.copyOf(good);
        bad = List.copyOf(bad);
    }

    /**
     * These, and of each that is refused the version in {@code before}: a slip of the pen takes
     * nothing down. Of text of which not even the name can be read, everything stays that its file
     * had and that is nowhere now.
     */
    public Documents over(Documents before) {
        var old = new HashMap<DocumentKey, Document>();
        before.good().forEach(document -> old.put(document.key(), document));
        Set<DocumentKey> present = new HashSet<>();
        good.forEach(document -> present.add(document.key()));
        var all = new ArrayList<>(good);
        var refused = new ArrayList<Refused>();
        Set<String> unreadable = new HashSet<>();
        for (var one : bad) {
            var key = one.key();
            if (key == null) {
                unreadable.add(one.place().file());
            }
            var older = key == null || !present.add(key) ? null : old.get(key);
            if (older != null) {
                all.add(older);
            }
            refused.add(new Refused(key, one.place(), one.findings(), older));
        }
        for (var document : before.good()) {
            if (unreadable.contains(document.place().file()) && present.add(document.key())) {
                all.add(document);
            }
        }
        return new Documents(all, refused);
    }
}
