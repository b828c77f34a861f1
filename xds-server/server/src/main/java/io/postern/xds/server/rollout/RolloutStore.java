package io.postern.xds.server.rollout;

import com.google.protobuf.Any;
import io.postern.xds.resources.Audience;
import io.postern.xds.resources.rollout.TriedVersion;
import io.postern.xds.server.rollout.Rollouts.Tracked;
import io.postern.xds.server.store.DurableFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Rollouts on disk: a file for each filter, with its last good version, code included, and how far
 * its candidate has come. A file with a wrong checksum is left out, and said. Control thread.
 */
public final class RolloutStore {
    private static final int FORMAT = 0x50_4f_52_01; // "POR", version 1
    private static final int CHECKSUM = 32;

    private final Path directory;
    private final Consumer<String> problems;
    private final Map<String, Tracked> saved = new HashMap<>();

    private RolloutStore(Path directory, Consumer<String> problems) {
        this.directory = directory;
        this.problems = problems;
    }

    /** {@code problems} hears of damaged files. */
    public static RolloutStore open(Path directory, Consumer<String> problems) throws IOException {
        Files.createDirectories(directory);
        return new RolloutStore(directory, problems);
    }

    /** What was saved last, by filter. */
    Map<String, Tracked> load() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                if (DurableFile.isFresh(file.toString())) {
                    Files.delete(file);
                    continue;
                }
                try {
                    read(Files.readAllBytes(file));
                } catch (IOException e) {
                    problems.accept("the rollout in " + file + " is lost: " + e.getMessage());
                }
            }
        }
        return new TreeMap<>(saved);
    }

    /** Makes the disk have these, and no others. */
    void save(Map<String, Tracked> all) throws IOException {
        for (var one : all.entrySet()) {
            if (!one.getValue().equals(saved.get(one.getKey()))) {
                write(one.getKey(), one.getValue());
                saved.put(one.getKey(), one.getValue());
            }
        }
        for (String filter : saved.keySet().toArray(String[]::new)) {
            if (!all.containsKey(filter)) {
                Files.deleteIfExists(file(filter));
                saved.remove(filter);
            }
        }
    }

    private Path file(String filter) {
        byte[] name = filter.getBytes(StandardCharsets.UTF_8);
        return directory.resolve(HexFormat.of().formatHex(sha256(name, name.length)));
    }

    private void write(String filter, Tracked one) throws IOException {
        var octets = new ByteArrayOutputStream();
        var out = new DataOutputStream(octets);
        out.writeInt(FORMAT);
        out.writeUTF(filter);
        out.writeUTF(one.lastGood().id());
        Map<Audience, Any> configs = new TreeMap<>(one.lastGood().configs());
        out.writeInt(configs.size());
        for (var config : configs.entrySet()) {
            out.writeUTF(config.getKey().name());
            byte[] any = config.getValue().toByteArray();
            out.writeInt(any.length);
            out.write(any);
        }
        trial(one.trial(), out);
        out.write(sha256(octets.toByteArray(), octets.size()));
        DurableFile.write(file(filter), octets.toByteArray());
    }

    private static void trial(@Nullable Trial trial, DataOutputStream out) throws IOException {
        out.writeBoolean(trial != null);
        if (trial != null) {
            out.writeUTF(trial.candidate());
            out.writeUTF(trial.state().name());
            out.writeInt(trial.step());
            out.writeLong(trial.since().toEpochMilli());
            out.writeUTF(trial.reason());
        }
    }

    private void read(byte[] octets) throws IOException {
        int length = octets.length - CHECKSUM;
        if (length < 0
                || !Arrays.equals(
                        sha256(octets, length),
                        Arrays.copyOfRange(octets, length, octets.length))) {
            throw new IOException("the checksum is wrong");
        }
        var in = new DataInputStream(new ByteArrayInputStream(octets, 0, length));
        if (in.readInt() != FORMAT) {
            throw new IOException("it is of another version of this program");
        }
        String filter = in.readUTF();
        String id = in.readUTF();
        Map<Audience, Any> configs = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            Audience audience = Audience.valueOf(in.readUTF());
            configs.put(audience, Any.parseFrom(in.readNBytes(in.readInt())));
        }
        Trial trial =
                in.readBoolean()
                        ? new Trial(
                                in.readUTF(),
                                Trial.State.valueOf(in.readUTF()),
                                in.readInt(),
                                Instant.ofEpochMilli(in.readLong()),
                                Totals.NONE,
                                in.readUTF())
                        : null;
        saved.put(filter, new Tracked(new TriedVersion(id, configs), trial));
    }

    private static byte[] sha256(byte[] octets, int length) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(octets, 0, length);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("bug: every JDK has SHA-256", e);
        }
    }
}
