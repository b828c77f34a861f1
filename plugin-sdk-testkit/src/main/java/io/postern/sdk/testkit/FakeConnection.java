package io.postern.sdk.testkit;

import io.postern.sdk.Body;
import io.postern.sdk.ConnectionCallbacks;
import io.postern.sdk.ConnectionFilter;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.WorkerFilter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection with one filter. What passes it and what it asks for is in {@link #events}. */
public final class FakeConnection implements ConnectionCallbacks {
    private final FakeWorker worker;
    private final FakeStreamInfo info = new FakeStreamInfo();
    private @Nullable ArrayBody down;
    private @Nullable ArrayBody up;

    /** The filter. */
    public final ConnectionFilter filter;

    /** What happened, oldest first. */
    public final List<String> events = new ArrayList<>();

    /** A new connection, which the filter has not been told of. */
    public FakeConnection(FakeWorker worker, WorkerFilter part) {
        this.worker = worker;
        this.filter = part.newConnectionFilter(this);
    }

    /** Bytes of the client. */
    public FilterStatus downstream(String text, boolean end) {
        down = added(down, text);
        FilterStatus status = filter.onDownstreamData(down, end);
        if (status == FilterStatus.CONTINUE) {
            resumeDownstream();
        }
        return status;
    }

    /** Bytes for the client. */
    public FilterStatus upstream(String text, boolean end) {
        up = added(up, text);
        FilterStatus status = filter.onUpstreamData(up, end);
        if (status == FilterStatus.CONTINUE) {
            resumeUpstream();
        }
        return status;
    }

    /** The client has gone. */
    public void end() {
        filter.onDownstreamClose(true);
        filter.onDestroy();
    }

    private static ArrayBody added(@Nullable ArrayBody held, String text) {
        ArrayBody more = ArrayBody.of(text);
        if (held == null) {
            return more;
        }
        var bytes = new byte[more.length()];
        more.copyTo(0, bytes, 0, bytes.length);
        held.append(bytes);
        return held;
    }

    @Override
    public @Nullable Body downstreamData() {
        return down;
    }

    @Override
    public @Nullable Body upstreamData() {
        return up;
    }

    @Override
    public void resumeDownstream() {
        events.add("downstream " + (down == null ? "" : down));
        down = null;
    }

    @Override
    public void resumeUpstream() {
        events.add("upstream " + (up == null ? "" : up));
        up = null;
    }

    @Override
    public void close() {
        events.add("close");
    }

    @Override
    public FakeStreamInfo streamInfo() {
        return info;
    }

    @Override
    public FakeWorker worker() {
        return worker;
    }
}
