package io.postern.xds.server.admin;

import io.postern.config.source.Diagnostic;
import io.postern.config.source.Report;
import io.postern.xds.resources.DocumentStatus;
import io.postern.xds.server.ControlPlane;
import io.postern.xds.server.fleet.NodeStatus;
import io.postern.xds.server.protocol.ResourceStatus;
import io.postern.xds.server.store.Revision;
import io.postern.xds.server.store.StoreState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is told, as trees. */
final class Views {
    private Views() {}

    static Map<String, Object> status(ControlPlane plane) throws IOException {
        Map<String, Object> tree = new LinkedHashMap<>();
        Revision newest = plane.newest();
        tree.put("revision", newest.number());
        tree.put("at", newest.at().toString());
        tree.put("who", newest.who());
        tree.put("held", !newest.holds().isEmpty());
        tree.put("serves_its_folder", plane.servesItsFolder());
        tree.put("store", store(plane.store()));
        tree.put("streams", plane.fleet().streams());
        List<Object> documents = new ArrayList<>();
        plane.findings().forEach((file, findings) -> documents.add(document(file, findings)));
        tree.put("files", documents);
        List<Object> statuses = new ArrayList<>();
        plane.statuses().forEach(status -> statuses.add(conditions(status)));
        tree.put("documents", statuses);
        return tree;
    }

    private static Map<String, Object> store(StoreState store) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("where", store.where());
        tree.put("reachable", store.reachable());
        tree.put("problem", store.problem());
        tree.put("conflicts", store.conflicts());
        return tree;
    }

    private static Map<String, Object> document(String file, List<Diagnostic> findings) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("file", file);
        tree.put("findings", findings.stream().map(Report::text).toList());
        return tree;
    }

    private static Map<String, Object> conditions(DocumentStatus status) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("document", status.key().toString());
        tree.put("place", status.place().toString());
        List<Object> conditions = new ArrayList<>();
        status.conditions().forEach(one -> conditions.add(condition("", one)));
        for (DocumentStatus.Parent parent : status.parents()) {
            parent.conditions().forEach(one -> conditions.add(condition(parent.parent(), one)));
        }
        tree.put("conditions", conditions);
        return tree;
    }

    private static Map<String, Object> condition(
            String parent, io.postern.xds.resources.Condition condition) {
        Map<String, Object> tree = new LinkedHashMap<>();
        if (!parent.isEmpty()) {
            tree.put("parent", parent);
        }
        tree.put("type", condition.type());
        tree.put("status", condition.status().name().toLowerCase(Locale.ROOT));
        tree.put("reason", condition.reason());
        tree.put("message", condition.message());
        return tree;
    }

    static Map<String, Object> node(NodeStatus status) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", status.node().id());
        tree.put("cluster", status.node().cluster());
        tree.put("product", status.node().product());
        tree.put("peer", status.peer());
        tree.put("variant", status.variant().name().toLowerCase(Locale.ROOT));
        tree.put("since", status.since().toString());
        tree.put("groups", status.groups());
        tree.put("revision", status.revision());
        tree.put("state", state(status));
        Map<String, Object> complaints = new LinkedHashMap<>();
        status.complaints().forEach((type, text) -> complaints.put(type.message(), text));
        tree.put("complaints", complaints);
        tree.put("resources", status.resources().stream().map(Views::resource).toList());
        return tree;
    }

    /** The worst that can be said of it. */
    static String state(NodeStatus status) {
        return !status.complaints().isEmpty() ? "nacked" : status.waiting() ? "stale" : "acked";
    }

    private static Map<String, Object> resource(ResourceStatus status) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("type", status.type().message());
        tree.put("name", status.name());
        tree.put("version", status.version());
        tree.put("state", status.state().name().toLowerCase(Locale.ROOT));
        if (!status.message().isEmpty()) {
            tree.put("message", status.message());
        }
        return tree;
    }

    static Map<String, Object> revision(Revision revision) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("revision", revision.number());
        tree.put("at", revision.at().toString());
        tree.put("who", revision.who());
        tree.put("held", !revision.holds().isEmpty());
        tree.put("what", revision.what());
        return tree;
    }
}
