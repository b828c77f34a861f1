package io.postern.config.snapshot;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import io.postern.config.source.xds.Control;
import io.postern.config.source.xds.Received;
import io.postern.config.source.xds.Update;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The last good resources on disk: served after a restart for as long as the management server does
 * not answer. A file of another node, another format or with a wrong sum is not used; when the disk
 * is full, the file before stays.
 *
 * <p>The file: magic, version, node; for each source and type its key and a {@code
 * DeltaDiscoveryResponse}; a CRC-32C of everything before it. Control thread.
 */
final class LastGood {
    private static final int MAGIC = 0x504f5354; // POST
    private static final int FORMAT = 1;
    private static final long MOST_BYTES = 512L << 20;

    private static final Duration DELAY = Duration.ofMillis(200);

    // The others belong to whoever asks for all there are.
    private static final Set<ResourceType> BY_NAME =
            EnumSet.complementOf(EnumSet.of(ResourceType.SCOPED_ROUTES, ResourceType.VIRTUAL_HOST));

    private final @Nullable Path file;
    private final String node;
    private final Control control;
    private final ConfigLog log;
    private final Set<String> heard = new HashSet<>();
    private final Map<String, Update> kept = new HashMap<>();
    private Runnable saving = () -> {};
    private Supplier<List<Kept>> pending = List::of;
    private boolean isSaving;
    private long savedSum;
    private boolean loaded;

    /** What one source has delivered of one type. */
    record Kept(ConfigSource source, ResourceType type, Update update) {}

    LastGood(@Nullable Path file, String node, Control control, ConfigLog log) {
        this.file = file;
        this.node = node;
        this.control = control;
        this.log = log;
    }

    boolean isThere() {
        return file != null && Files.exists(file);
    }

    private static String key(ConfigSource source, ResourceType type) {
        return type + " " + Sources.key(source);
    }

    /** What the server itself says counts from now on. */
    void heard(ConfigSource source, ResourceType type) {
        heard.add(key(source, type));
    }

    /**
     * What is on disk of these, and of what else their sources deliver by name: each once, and
     * nothing that has been heard of.
     */
    List<Kept> take(List<Wants.Topic> topics) {
        if (!loaded) {
            loaded = true;
            load();
        }
        Set<Wants.Topic> all = new LinkedHashSet<>();
        for (Wants.Topic topic : topics) {
            BY_NAME.forEach(type -> all.add(new Wants.Topic(topic.source(), type)));
        }
        all.addAll(topics);
        List<Kept> found = new ArrayList<>();
        for (Wants.Topic topic : all) {
            String key = key(topic.source(), topic.type());
            Update update = heard.contains(key) ? null : kept.remove(key);
            if (update != null) {
                found.add(new Kept(topic.source(), topic.type(), update));
            }
        }
        return found;
    }

    private void load() {
        Path from = file;
        if (from == null || !Files.exists(from)) {
            return;
        }
        try {
            if (Files.size(from) > MOST_BYTES) {
                throw new IOException("larger than " + MOST_BYTES + " bytes");
            }
            read(Files.readAllBytes(from));
            log.info("the last good resources are taken from " + from);
        } catch (IOException e) {
            kept.clear();
            log.warn("the last good resources in " + from + " are not used: " + e.getMessage());
        }
    }

    private void read(byte[] octets) throws IOException {
        int end = octets.length - Long.BYTES;
        if (end < Long.BYTES) {
            throw new IOException("truncated");
        }
        var in = new DataInputStream(new ByteArrayInputStream(octets));
        if (in.readInt() != MAGIC || in.readInt() != FORMAT) {
            throw new IOException("of another format");
        }
        if (ByteBuffer.wrap(octets).getLong(end) != sum(octets, end)) {
            throw new IOException("truncated or damaged: its sum is wrong");
        }
        String writer = in.readUTF();
        if (!writer.equals(node)) {
            throw new IOException("of another node: " + writer);
        }
        for (int left = in.readInt(); left > 0; left--) {
            String key = in.readUTF();
            kept.put(key, update(in.readNBytes(in.readInt())));
        }
    }

    private static Update update(byte[] octets) throws IOException {
        var response = DeltaDiscoveryResponse.parseFrom(octets);
        List<Received> resources = new ArrayList<>();
        for (Resource one : response.getResourcesList()) {
            resources.add(
                    new Received(
                            one.getName(),
                            one.getVersion(),
                            one.getResource(),
                            Duration.ZERO,
                            null,
                            List.of()));
        }
        return new Update("", resources, List.of(), false, "");
    }

    private static long sum(byte[] octets, int length) {
        var sum = new CRC32C();
        sum.update(octets, 0, length);
        return sum.getValue();
    }

    /** Writes what is served, a moment later and if it has changed. */
    void save(Supplier<List<Kept>> served) {
        if (file != null && !isSaving) {
            isSaving = true;
            pending = served;
            saving = control.schedule(DELAY, () -> write(served.get()));
        }
    }

    /** Writes what is to be written, now. */
    void close() {
        saving.run();
        if (isSaving) {
            write(pending.get());
        }
    }

    private void write(List<Kept> served) {
        isSaving = false;
        Path to = file;
        if (to == null) {
            return;
        }
        try {
            byte[] octets = octets(served);
            long sum = sum(octets, octets.length);
            if (sum != savedSum) {
                Files.createDirectories(to.toAbsolutePath().getParent());
                replace(to, octets);
                savedSum = sum;
            }
        } catch (IOException e) {
            log.warn("the last good resources cannot be written to " + to + ": " + e.getMessage());
        }
    }

    private static void replace(Path to, byte[] octets) throws IOException {
        Path next = to.resolveSibling(to.getFileName() + ".next");
        try {
            Files.write(next, octets);
            Files.move(
                    next, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(next); // half of it would keep a full disk full
        }
    }

    private byte[] octets(List<Kept> served) throws IOException {
        var octets = new ByteArrayOutputStream();
        var out = new DataOutputStream(octets);
        out.writeInt(MAGIC);
        out.writeInt(FORMAT);
        out.writeUTF(node);
        out.writeInt(served.size());
        for (Kept one : served) {
            byte[] message = message(one.update()).toByteArray();
            out.writeUTF(key(one.source(), one.type()));
            out.writeInt(message.length);
            out.write(message);
        }
        out.writeLong(sum(octets.toByteArray(), octets.size()));
        return octets.toByteArray();
    }

    private static DeltaDiscoveryResponse message(Update update) {
        var response = DeltaDiscoveryResponse.newBuilder();
        for (Received one : update.resources()) {
            if (one.message() != null) {
                response.addResources(
                        Resource.newBuilder()
                                .setName(one.name())
                                .setVersion(one.version())
                                .setResource(one.message()));
            }
        }
        return response.build();
    }
}
