package io.postern.xds.resources.attach;

import io.postern.xds.resources.Condition;
import io.postern.xds.resources.Condition.State;
import io.postern.xds.resources.DocumentKey;
import io.postern.xds.resources.DocumentStatus;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.Documents;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The statuses of all documents while they are found out. */
public final class Statuses {
    private final Map<DocumentKey, StatusDraft> drafts = new HashMap<>();

    public Statuses(List<Document> documents) {
        documents.forEach(document -> drafts.put(document.key(), new StatusDraft(document)));
    }

    /** That of {@code document}. */
    public StatusDraft of(Document document) {
        return drafts.computeIfAbsent(document.key(), _ -> new StatusDraft(document));
    }

    /** All, with those that were refused before anybody looked at them. */
    public List<DocumentStatus> finish(List<Documents.Refused> bad) {
        var all = new ArrayList<DocumentStatus>();
        var older = new HashMap<DocumentKey, Boolean>();
        for (var refused : bad) {
            all.add(refused(refused));
            if (refused.older() != null) {
                older.put(refused.older().key(), true);
            }
        }
        drafts.forEach((key, draft) -> {
            if (!older.containsKey(key)) {
                all.add(draft.finish());
            }
        });
        all.sort(
                Comparator.comparing(DocumentStatus::key)
                        .thenComparing(status -> status.place().file())
                        .thenComparingInt(status -> status.place().line()));
        return all;
    }

    private static DocumentStatus refused(Documents.Refused refused) {
        var first = refused.findings().isEmpty() ? "" : refused.findings().getFirst().message();
        var served = refused.older() == null ? "" : "; the version before it is still used";
        var key = refused.key();
        return new DocumentStatus(
                key == null ? new DocumentKey("", "", "", "") : key,
                refused.place(),
                List.of(new Condition(Conditions.ACCEPTED, State.FALSE, "Invalid", first + served)),
                List.of(),
                List.of(),
                refused.findings());
    }
}
