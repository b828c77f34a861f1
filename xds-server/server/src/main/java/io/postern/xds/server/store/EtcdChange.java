package io.postern.xds.server.store;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import java.io.IOException;

/**
 * Some changes of an etcd, all of them or none, if some keys are as the writer knows them. Confined
 * to one thread.
 */
final class EtcdChange {
    /** Instead of a revision of etcd: a key was not as the writer knew it. */
    static final long OVERTAKEN = -1;

    private final TxnRequest.Builder request = TxnRequest.newBuilder();

    /** Only if that revision of etcd is the last that changed {@code key}; 0: it is not there. */
    EtcdChange unchanged(ByteString key, long revision) {
        var last = Compare.newBuilder().setTarget(Compare.CompareTarget.MOD);
        return only(key, last.setModRevision(revision));
    }

    /** Only if that is the value of {@code key}. */
    EtcdChange holding(ByteString key, ByteString value) {
        return only(
                key, Compare.newBuilder().setTarget(Compare.CompareTarget.VALUE).setValue(value));
    }

    private EtcdChange only(ByteString key, Compare.Builder as) {
        request.addCompare(as.setKey(key).setResult(Compare.CompareResult.EQUAL));
        return this;
    }

    /** Writes a key. */
    EtcdChange put(ByteString key, ByteString value) {
        return put(key, value, 0);
    }

    /** Writes a key, which goes with the lease of that id. */
    EtcdChange put(ByteString key, ByteString value, long lease) {
        var put = PutRequest.newBuilder().setKey(key).setValue(value).setLease(lease);
        request.addSuccess(RequestOp.newBuilder().setRequestPut(put));
        return this;
    }

    /** Removes a key. */
    EtcdChange delete(ByteString key) {
        var gone = DeleteRangeRequest.newBuilder().setKey(key);
        request.addSuccess(RequestOp.newBuilder().setRequestDeleteRange(gone));
        return this;
    }

    /**
     * Does it.
     *
     * @return etcd's revision from then on, or {@link #OVERTAKEN}
     */
    long commit(EtcdClient client) throws IOException {
        var response = client.commit(request.build());
        return response.getSucceeded() ? response.getHeader().getRevision() : OVERTAKEN;
    }
}
