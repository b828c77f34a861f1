package io.postern.xds.resources.envoy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import io.postern.config.proto.opa.v1.Opa;
import io.postern.config.proto.opa.v1.RequestBody;
import io.postern.config.proto.opa.v1.Source;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.Tree;

/** Makes the configuration of Postern's OPA filter. */
final class OpaMaker {
    private OpaMaker() {}

    static Opa of(Document policy, Tree opa, Source bundle) {
        var filter =
                Opa.newBuilder()
                        .setName("opa/" + policy.path())
                        .setPolicy(bundle)
                        .setEntrypoint(opa.text("entrypoint"))
                        .putAllContextExtensions(opa.table("context"));
        if (opa.has("data")) {
            filter.setData(data(opa.at("data")));
        }
        if (opa.has("requestBody")) {
            var body = opa.at("requestBody");
            filter.setWithRequestBody(
                    RequestBody.newBuilder()
                            .setMaxRequestBytes(body.number("maxBytes", 0))
                            .setAllowPartialMessage(body.truth("allowPartial")));
        }
        if (opa.has("deniedStatus")) {
            filter.setDeniedStatus(Protos.number(opa.number("deniedStatus", 0)));
        }
        if (opa.has("timeout")) {
            filter.setEvaluationTimeout(Protos.duration(opa.text("timeout")));
        }
        return filter.build();
    }

    private static Struct data(Tree data) {
        var struct = Struct.newBuilder();
        try {
            JsonFormat.parser().merge(data.json(), struct);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("bug: JSON of ours that is none", e);
        }
        return struct.build();
    }
}
