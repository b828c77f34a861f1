package io.postern.xds.resources.envoy;

import static io.postern.xds.resources.attach.Conditions.ACCEPTED;
import static io.postern.xds.resources.attach.Conditions.RESOLVED_REFS;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher.SanType;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.postern.config.source.Nearest;
import io.postern.xds.resources.attach.Certificates;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.document.Tree;
import io.postern.xds.resources.envoy.Upstream.Wire;
import io.postern.xds.resources.kind.Kinds;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** TLS to backends, as BackendTLSPolicies and Backends ask for. Source: Gateway API, GEP-1897. */
final class UpstreamTls {
    /** Where Debian, Alpine and the images made of them keep the system's authorities. */
    private static final String SYSTEM = "/etc/ssl/certs/ca-certificates.crt";

    private final Translating translating;

    UpstreamTls(Translating translating) {
        this.translating = translating;
    }

    /** How connections to a backend are secured. */
    sealed interface Security {}

    /** Not at all. */
    record Plain() implements Security {}

    /** With TLS. */
    record Secured(UpstreamTlsContext context) implements Security {}

    /** It was asked for, and cannot be done: nothing may be sent. */
    record Broken(String problem) implements Security {}

    Security of(Upstream upstream) {
        var policy = policy(upstream.backend(), upstream.portName());
        if (policy != null) {
            return secured(policy, policy.spec().at("validation"), upstream.wire());
        }
        var own = upstream.backend().spec().at("tls");
        return own.isPresent() ? secured(upstream.backend(), own, upstream.wire()) : new Plain();
    }

    boolean isAskedFor(Document backend, String portName) {
        return policy(backend, portName) != null;
    }

    /** The policy for a backend: one for its port before others, the oldest before others. */
    private @Nullable Document policy(Document backend, String portName) {
        Document best = null;
        boolean bestHasSection = false;
        for (var policy : translating.inventory().all("BackendTLSPolicy")) {
            for (var target : policy.spec().items("targetRefs")) {
                boolean section = target.has("sectionName");
                if (matches(policy, target, backend, portName)
                        && (best == null || (section && !bestHasSection))) {
                    best = policy;
                    bestHasSection = section;
                }
            }
        }
        return best;
    }

    private static boolean matches(
            Document policy, Tree target, Document backend, String portName) {
        return policy.namespace().equals(backend.namespace())
                && target.text("group").equals(backend.key().group())
                && target.text("kind").equals(backend.key().kind())
                && target.text("name").equals(backend.name())
                && (!target.has("sectionName") || target.text("sectionName").equals(portName));
    }

    private Security secured(Document owner, Tree validation, Wire wire) {
        var context = CertificateValidationContext.newBuilder();
        if (validation.has("caCertificateRefs")) {
            var authorities = authorities(owner, validation);
            if (authorities == null) {
                return new Broken(owner.key() + " has no authority that could be used");
            }
            context.setTrustedCa(DataSource.newBuilder().setInlineBytes(authorities));
        } else {
            context.setTrustedCa(DataSource.newBuilder().setFilename(SYSTEM));
        }
        var hostname = validation.text("hostname");
        var names = validation.items("subjectAltNames");
        if (names.isEmpty()) {
            context.addMatchTypedSubjectAltNames(name(SanType.DNS, hostname));
        }
        for (var name : names) {
            boolean uri = name.text("type").equals("URI");
            context.addMatchTypedSubjectAltNames(
                    uri
                            ? name(SanType.URI, name.text("uri"))
                            : name(SanType.DNS, name.text("hostname")));
        }
        var common = CommonTlsContext.newBuilder().setValidationContext(context);
        if (wire == Wire.HTTP2) {
            common.addAlpnProtocols("h2");
        }
        return new Secured(
                UpstreamTlsContext.newBuilder()
                        .setSni(hostname)
                        .setCommonTlsContext(common)
                        .build());
    }

    private static SubjectAltNameMatcher name(SanType type, String name) {
        return SubjectAltNameMatcher.newBuilder()
                .setSanType(type)
                .setMatcher(StringMatcher.newBuilder().setExact(name))
                .build();
    }

    /** Null: none of them can be used. */
    private @Nullable ByteString authorities(Document owner, Tree validation) {
        var all = new ByteArrayOutputStream();
        for (var reference : validation.items("caCertificateRefs")) {
            var bytes = authority(owner, reference);
            if (bytes != null) {
                all.writeBytes(bytes);
                all.write('\n');
            }
        }
        return all.size() == 0 ? null : ByteString.copyFrom(all.toByteArray());
    }

    private byte @Nullable [] authority(Document owner, Tree reference) {
        var kind = reference.text("kind");
        var name = reference.text("name");
        var draft = translating.statuses().of(owner);
        if (!reference.text("group").isEmpty() || !List.of("ConfigMap", "Secret").contains(kind)) {
            draft.error(reference, kind + " (expected: a ConfigMap or a Secret)", "");
            draft.conditions().fail(RESOLVED_REFS, "InvalidKind", kind + " holds no authorities");
            return null;
        }
        var found = translating.inventory().find("", kind, owner.namespace(), name);
        var bytes = found == null ? null : Certificates.bytes(found, "ca.crt");
        if (bytes != null && Certificates.pem(bytes)) {
            return bytes;
        }
        var problem =
                found == null
                        ? "there is no " + kind + " " + owner.namespace() + "/" + name
                        : found.key() + " has no ca.crt with certificates in PEM";
        draft.error(
                reference,
                problem,
                Nearest.cure(name, translating.inventory().names(kind, owner.namespace())));
        draft.conditions().fail(RESOLVED_REFS, "InvalidCACertificateRef", problem);
        return null;
    }

    /** Says of every policy whether it can be used, and which of its targets there are. */
    void judge() {
        var taken = new ArrayList<String>();
        for (var policy : translating.inventory().all("BackendTLSPolicy")) {
            var draft = translating.statuses().of(policy);
            var validation = policy.spec().at("validation");
            boolean usable =
                    !validation.has("caCertificateRefs") || authorities(policy, validation) != null;
            for (var target : policy.spec().items("targetRefs")) {
                var kind = target.text("kind");
                var name = policy.namespace() + "/" + target.text("name");
                var section = target.text("sectionName");
                var conditions = draft.parent(kind + " " + name, section, 0);
                if (!isTarget(policy, target)) {
                    conditions.fail(ACCEPTED, "TargetNotFound", "there is no " + kind + " " + name);
                    draft.error(target, "there is no " + kind + " " + name, "");
                } else if (!usable) {
                    conditions.fail(
                            ACCEPTED, "NoValidCACertificate", "no authority that could be used");
                } else if (taken.contains(kind + name + "/" + section)) {
                    conditions.fail(ACCEPTED, "Conflicted", "an older policy has this target");
                    draft.error(target, "an older BackendTLSPolicy has this target", "");
                }
                taken.add(kind + name + "/" + section);
                conditions.pass(ACCEPTED, "Accepted", "");
                var resolved = draft.conditions().of(RESOLVED_REFS);
                if (resolved != null) {
                    conditions.say(
                            RESOLVED_REFS,
                            resolved.status(),
                            resolved.reason(),
                            resolved.message());
                }
                conditions.pass(RESOLVED_REFS, "ResolvedRefs", "");
            }
        }
    }

    private boolean isTarget(Document policy, Tree target) {
        var group = target.text("group");
        var kind = target.text("kind");
        boolean known =
                (group.isEmpty() && kind.equals("Service"))
                        || (group.equals(Kinds.POSTERN) && kind.equals("Backend"));
        return known
                && translating
                                .inventory()
                                .find(group, kind, policy.namespace(), target.text("name"))
                        != null;
    }
}
