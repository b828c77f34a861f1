package io.postern.xds.server.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.postern.config.proto.rollouts.v1.Report;
import io.postern.xds.server.fleet.Gatekeeper;
import io.postern.xds.server.fleet.NodeIdentity;
import io.postern.xds.server.rollout.Reports;
import java.util.Map;

/**
 * Takes what gateways report of rollouts: a stream of messages, never answered. Thread-safe.
 *
 * <p>Source: {@code postern/rollouts/v1/report.proto}.
 */
final class ReportHandler implements ServerCallHandler<byte[], byte[]> {
    private final Reports reports;
    private final Gatekeeper gatekeeper;

    private ReportHandler(Reports reports, Gatekeeper gatekeeper) {
        this.reports = reports;
        this.gatekeeper = gatekeeper;
    }

    static ServerServiceDefinition service(Reports reports, Gatekeeper gatekeeper) {
        String path = Reports.PATH.substring(1);
        var method =
                MethodDescriptor.<byte[], byte[]>newBuilder()
                        .setType(MethodType.BIDI_STREAMING)
                        .setFullMethodName(path)
                        .setRequestMarshaller(new Octets())
                        .setResponseMarshaller(new Octets())
                        .build();
        return ServerServiceDefinition.builder(path.substring(0, path.indexOf('/')))
                .addMethod(method, new ReportHandler(reports, gatekeeper))
                .build();
    }

    @Override
    public ServerCall.Listener<byte[]> startCall(
            ServerCall<byte[], byte[]> call, Metadata headers) {
        var credential = Credentials.of(call, headers);
        call.sendHeaders(new Metadata());
        call.request(1);
        return new ServerCall.Listener<>() {
            private Report last = Report.getDefaultInstance();

            @Override
            public void onMessage(byte[] message) {
                try {
                    Report report = Report.parseFrom(message);
                    var node =
                            new NodeIdentity(
                                    report.getNodeId(),
                                    report.getNodeCluster(),
                                    Map.of(),
                                    "postern",
                                    false);
                    String refusal = gatekeeper.refuses(credential, node);
                    if (refusal != null) {
                        call.close(
                                Status.PERMISSION_DENIED.withDescription(refusal), new Metadata());
                        return;
                    }
                    reports.take(report);
                    last = report;
                    call.request(1);
                } catch (InvalidProtocolBufferException e) {
                    call.close(
                            Status.INVALID_ARGUMENT.withDescription(e.getMessage()),
                            new Metadata());
                }
            }

            @Override
            public void onHalfClose() {
                call.close(Status.OK, new Metadata());
            }

            @Override
            public void onComplete() {
                reports.left(last);
            }

            @Override
            public void onCancel() {
                reports.left(last);
            }
        };
    }
}
