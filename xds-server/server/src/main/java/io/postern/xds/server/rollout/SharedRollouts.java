package io.postern.xds.server.rollout;

import com.google.protobuf.InvalidProtocolBufferException;
import io.postern.config.proto.rollouts.v1.Report;
import io.postern.xds.server.store.SharedValues;
import io.postern.xds.server.store.StoreLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rollouts of servers that share an etcd. What was last read of it is on the disk of each of them,
 * too: it counts while etcd is away. Control thread.
 */
public final class SharedRollouts implements RolloutStore {
    private final SharedValues values;
    private final DiskRollouts copy;
    private final StoreLog log;
    private Map<String, Known> known = new HashMap<>();
    private boolean reached;

    /** As it was read or written; {@code value} null: not by this process. */
    private record Known(Tracked tracked, SharedValues.@Nullable Value value) {}

    /**
     * Reads when it is asked.
     *
     * @param values its own: they are closed with this
     */
    public SharedRollouts(SharedValues values, DiskRollouts copy, StoreLog log) {
        this.values = values;
        this.copy = copy;
        this.log = log;
        copy.load().forEach((filter, one) -> known.put(filter, new Known(one, null)));
    }

    @Override
    public Map<String, Tracked> load() throws IOException {
        try {
            refresh();
            reached = true;
        } catch (IOException e) {
            if (reached) {
                throw e;
            }
            log.problem("rollouts are as this server knew them last: " + e.getMessage());
        }
        Map<String, Tracked> all = new HashMap<>();
        known.forEach((filter, one) -> all.put(filter, one.tracked()));
        return all;
    }

    private void refresh() throws IOException {
        if (!known.isEmpty() && values.isNew()) {
            restore();
        }
        Map<String, SharedValues.Value> before = new HashMap<>();
        Map<String, Known> byName = new HashMap<>();
        known.forEach((filter, one) -> {
            if (one.value() != null) {
                before.put(RolloutFile.name(filter), one.value());
                byName.put(RolloutFile.name(filter), one);
            }
        });
        Map<String, Known> now = new HashMap<>();
        for (var one : values.all(before).entrySet()) {
            RolloutFile file = read(one.getValue());
            Known same = byName.get(one.getKey());
            boolean changed = same == null || !one.getValue().equals(same.value());
            now.put(file.filter(), changed ? new Known(file.tracked(), one.getValue()) : same);
        }
        List<String> gone = new ArrayList<>(known.keySet());
        gone.removeAll(now.keySet());
        known = now;
        for (var one : now.entrySet()) {
            copy.save(one.getKey(), one.getValue().tracked());
        }
        for (String filter : gone) {
            copy.save(filter, null);
        }
    }

    private static RolloutFile read(SharedValues.Value value) throws IOException {
        return RolloutFile.read(value.octets());
    }

    // An etcd that lost everything gets what is known; who is first does not matter.
    private void restore() throws IOException {
        for (var one : Map.copyOf(known).entrySet()) {
            known.put(one.getKey(), new Known(one.getValue().tracked(), null));
            save(one.getKey(), one.getValue().tracked());
        }
    }

    @Override
    public void save(String filter, @Nullable Tracked now) throws IOException {
        Known before = known.get(filter);
        SharedValues.Value seen = before == null ? null : before.value();
        String name = RolloutFile.name(filter);
        if (now == null) {
            if (seen != null) {
                values.delete(name, seen);
            }
            known.remove(filter);
        } else {
            byte[] octets = new RolloutFile(filter, now).octets();
            known.put(filter, new Known(now, values.put(name, octets, seen)));
        }
        copy.save(filter, now);
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public boolean judges(String filter) throws IOException {
        return values.holds(RolloutFile.name(filter));
    }

    @Override
    public void leave(String filter) throws IOException {
        values.release(RolloutFile.name(filter));
    }

    @Override
    public boolean tell(Report own) throws IOException {
        if (!values.isAlive()) {
            return false;
        }
        values.tell(own.toByteArray());
        return true;
    }

    @Override
    public List<Report> told() throws IOException {
        List<Report> all = new ArrayList<>();
        for (byte[] told : values.told().values()) {
            try {
                all.add(Report.parseFrom(told));
            } catch (InvalidProtocolBufferException e) {
                throw new IOException("what another server tells is no report", e);
            }
        }
        return all;
    }

    @Override
    public void follow(Runnable changed) {
        values.follow(changed);
    }

    @Override
    public void close() {
        values.close();
    }
}
