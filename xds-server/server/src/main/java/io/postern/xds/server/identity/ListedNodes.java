package io.postern.xds.server.identity;

import io.postern.config.source.ConfigText;
import io.postern.config.source.Diagnostics;
import io.postern.config.source.Report;
import io.postern.config.source.SourceNode;
import io.postern.config.source.SourceNode.ListNode;
import io.postern.config.source.SourceNode.MapNode;
import io.postern.config.source.SourceNode.TextNode;
import io.postern.config.source.Spot;
import io.postern.xds.server.fleet.Gatekeeper;
import io.postern.xds.server.fleet.NodeIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A list of nodes and what each of them proves itself with: {@code nodes: [{id: edge-1, cluster:
 * edge, spiffe: …, token_sha256: …}]}. Who is not in it may not ask. Thread-safe: immutable.
 */
public final class ListedNodes implements Gatekeeper {
    private static final Set<String> FIELDS = Set.of("id", "cluster", "spiffe", "token_sha256");
    private static final int DIGEST_CHARACTERS = 64;

    private final List<Entry> entries;

    private ListedNodes(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /** A line of the list; what is empty is not looked at, but for the credentials. */
    private record Entry(String id, String cluster, String spiffe, String tokenDigest) {
        boolean isAbout(NodeIdentity node) {
            return id.equals(node.id()) && (cluster.isEmpty() || cluster.equals(node.cluster()));
        }

        boolean isProvedBy(Credential credential) {
            boolean named = spiffe.isEmpty() || spiffe.equals(credential.spiffeId());
            boolean known = tokenDigest.isEmpty() || isDigestOf(credential.token());
            return named && known;
        }

        private boolean isDigestOf(String token) {
            return !token.isEmpty()
                    && MessageDigest.isEqual(
                            HexFormat.of().parseHex(tokenDigest), ListedNodes.digest(token));
        }
    }

    /**
     * Reads a list.
     *
     * @throws IOException when it is wrong: everything that is
     */
    public static ListedNodes read(Path file) throws IOException {
        var diagnostics = new Diagnostics();
        SourceNode tree = ConfigText.read(file, diagnostics);
        List<Entry> entries = new ArrayList<>();
        if (tree != null) {
            Spot list = Spot.root(tree).field("nodes");
            if (list.node() instanceof ListNode items) {
                for (int i = 0; i < items.items().size(); i++) {
                    entries.add(entry(list.index(i), diagnostics));
                }
            } else {
                diagnostics.error(list, "no list of nodes (expected: nodes: [{id: …}, …])");
            }
        }
        if (diagnostics.hasErrors()) {
            throw new IOException(
                    String.join("\n", diagnostics.errors().stream().map(Report::text).toList()));
        }
        return new ListedNodes(entries);
    }

    private static Entry entry(Spot spot, Diagnostics diagnostics) {
        if (spot.node() instanceof MapNode map) {
            for (var field : map.entries()) {
                if (!FIELDS.contains(field.key())) {
                    diagnostics.error(
                            spot.field(field.key()),
                            "unknown field '"
                                    + field.key()
                                    + "' (expected: one of "
                                    + FIELDS
                                    + ")");
                }
            }
        }
        var entry =
                new Entry(
                        text(spot, "id", diagnostics),
                        text(spot, "cluster", diagnostics),
                        text(spot, "spiffe", diagnostics),
                        text(spot, "token_sha256", diagnostics));
        if (entry.id().isEmpty()) {
            diagnostics.error(spot, "a node without an id (expected: one)");
        }
        if (entry.spiffe().isEmpty() && entry.tokenDigest().isEmpty()) {
            diagnostics.error(spot, "nothing to prove it with (expected: spiffe or token_sha256)");
        }
        if (!entry.tokenDigest().isEmpty() && !isDigest(entry.tokenDigest())) {
            diagnostics.error(
                    spot.field("token_sha256"), "no SHA-256 (expected: 64 hexadecimal digits)");
        }
        return entry;
    }

    private static boolean isDigest(String text) {
        return text.length() == DIGEST_CHARACTERS && text.matches("[0-9a-fA-F]*");
    }

    private static String text(Spot spot, String field, Diagnostics diagnostics) {
        return switch (spot.field(field).node()) {
            case null -> "";
            case TextNode text -> text.text();
            case SourceNode other -> {
                diagnostics.error(spot.field(field), other.described() + " (expected: a text)");
                yield "";
            }
        };
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("bug: every Java has SHA-256", e);
        }
    }

    @Override
    public @Nullable String refuses(Credential credential, NodeIdentity node) {
        boolean listed = false;
        for (Entry entry : entries) {
            if (entry.isAbout(node)) {
                listed = true;
                if (entry.isProvedBy(credential)) {
                    return null;
                }
            }
        }
        return listed
                ? "what was shown does not prove that this is " + node
                : node + " is not in the list of nodes";
    }
}
