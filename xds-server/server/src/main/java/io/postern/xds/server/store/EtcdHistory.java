package io.postern.xds.server.store;

import io.etcd.jetcd.api.KeyValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What was published by servers that share an etcd. The newest revision is on the disk of each of
 * them, too: it is served while etcd is away, and after a start without it.
 */
public final class EtcdHistory implements History {
    private static final String COPY = "newest.revision";
    private static final int TRIES = 5;

    private final EtcdAddress address;
    private final EtcdClient client;
    private final EtcdRevisions revisions;
    private final Path copy;
    private final StoreLog log;
    private final SecureRandom random = new SecureRandom();
    private final AtomicLong conflicts = new AtomicLong();
    private volatile String problem = "";
    private Revision newest = Revision.NONE;
    private long seen;
    private @Nullable EtcdWatch watch;

    private EtcdHistory(EtcdAddress address, EtcdClient client, Path copy, StoreLog log) {
        this.address = address;
        this.client = client;
        this.copy = copy;
        this.log = log;
        this.revisions = new EtcdRevisions(client, address.prefix(), random);
    }

    /**
     * Opens it; without etcd, with what is known of it.
     *
     * @param directory for the copy of the newest revision
     * @param log hears that etcd is away, and that it is back
     */
    public static EtcdHistory open(EtcdAddress address, Path directory, StoreLog log)
            throws IOException {
        Files.createDirectories(directory);
        EtcdClient client = EtcdClient.of(address);
        var history = new EtcdHistory(address, client, directory.resolve(COPY), log);
        history.readCopy();
        try {
            var _ = history.catchUp();
        } catch (IOException e) {
            history.away(String.valueOf(e.getMessage()));
        }
        return history;
    }

    private void readCopy() throws IOException {
        byte[] octets;
        try {
            octets = Files.readAllBytes(copy);
        } catch (NoSuchFileException _) {
            return; // a new server
        }
        try {
            newest = RevisionFile.read(octets);
        } catch (IOException e) {
            log.problem(copy + ": " + e.getMessage() + "; put aside");
            Files.move(copy, Path.of(copy + ".damaged"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public Revision newest() {
        return newest;
    }

    @Override
    public @Nullable Revision find(long number) throws IOException {
        return revisions.read(number);
    }

    @Override
    public List<Revision> all() throws IOException {
        List<Revision> all = new ArrayList<>();
        for (EtcdRevisions.Entry entry : revisions.entries()) {
            Revision revision = revisions.read(entry);
            if (revision != null) {
                all.add(revision); // else it went meanwhile
            }
        }
        return all;
    }

    @Override
    public void append(Revision revision) throws IOException {
        if (revision.number() != newest.number() + 1) {
            throw new IllegalArgumentException(
                    "bug: revision " + revision.number() + " after " + newest.number());
        }
        long written = revisions.commit(revision, seen);
        if (written == EtcdChange.OVERTAKEN) {
            conflicts.incrementAndGet();
            throw new OvertakenException(revision.number());
        }
        adopt(revision, written);
        try {
            revisions.prune();
        } catch (IOException e) {
            log.problem("old revisions are still there: " + e.getMessage());
        }
    }

    @Override
    public boolean catchUp() throws IOException {
        for (int tries = 0; tries < TRIES; tries++) {
            KeyValue head = revisions.head();
            if (head == null && newest.number() == 0) {
                return false;
            }
            if (head == null) {
                restore();
                continue;
            }
            if (head.getModRevision() == seen) {
                return false;
            }
            Revision found = revisions.read(EtcdRevisions.number(head));
            if (found != null) {
                boolean other = !isSame(found, newest);
                adopt(found, head.getModRevision());
                return other;
            }
            // Others were so quick that it is not kept any more.
        }
        throw new IOException(address + ": what was published last cannot be read");
    }

    private static boolean isSame(Revision one, Revision other) {
        return one.number() == other.number()
                && one.at().equals(other.at())
                && one.content().equals(other.content())
                && one.holds().equals(other.holds());
    }

    // An etcd that lost everything gets what is served; who is first does not matter.
    private void restore() throws IOException {
        long written = revisions.commit(newest, 0);
        if (written != EtcdChange.OVERTAKEN) {
            seen = written;
        }
    }

    private void adopt(Revision revision, long modRevision) {
        boolean same = isSame(revision, newest);
        newest = revision;
        seen = modRevision;
        if (!same) {
            try {
                DurableFile.write(copy, RevisionFile.write(revision));
            } catch (IOException e) {
                log.problem("no copy of what is in etcd can be kept: " + e);
            }
        }
    }

    @Override
    public void follow(Runnable changed) {
        var listener =
                new EtcdWatch.Listener() {
                    @Override
                    public void changed() {
                        back();
                        changed.run();
                    }

                    @Override
                    public void away(String reason) {
                        EtcdHistory.this.away(reason);
                    }
                };
        watch = new EtcdWatch(client, revisions.headKey(), listener, random);
    }

    private void away(String reason) {
        if (problem.isEmpty()) {
            log.problem(address + " is away, what is served stays: " + reason);
        }
        problem = reason.isEmpty() ? "unknown" : reason;
    }

    private void back() {
        if (!problem.isEmpty()) {
            problem = "";
            log.note(address + " is back");
        }
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public StoreState state() {
        String now = problem;
        return new StoreState(address.toString(), now.isEmpty(), now, conflicts.get());
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
        client.close();
    }
}
