package io.postern.config.envoy;

import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.http.original_ip_detection.custom_header.v3.CustomHeaderConfig;
import io.envoyproxy.envoy.extensions.http.original_ip_detection.xff.v3.XffConfig;
import io.postern.config.model.HttpConnectionManager.AddressDetection;
import io.postern.config.model.HttpConnectionManager.ClientAddress;
import io.postern.config.model.HttpConnectionManager.ClientCert;
import io.postern.config.model.HttpConnectionManager.ClientCert.Detail;
import io.postern.config.model.HttpConnectionManager.ClientCert.Forward;
import io.postern.config.source.Spot;
import io.postern.sdk.HeaderName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Translates how a connection manager tells who its clients are. */
final class ClientTranslator {
    private static final String DETECTION = "envoy.extensions.http.original_ip_detection.";
    private static final String XFF = DETECTION + "xff.v3.XffConfig";
    private static final String HEADER = DETECTION + "custom_header.v3.CustomHeaderConfig";
    private static final int FORBIDDEN = 403;

    private final Translation translation;
    private final CommonTranslator common;

    ClientTranslator(Translation translation) {
        this.translation = translation;
        this.common = new CommonTranslator(translation);
    }

    static List<MessageSupport> declared() {
        return List.of(
                MessageSupport.of(ConnectionManagerTranslator.TYPE + ".InternalAddressConfig")
                        .reads("cidr_ranges")
                        .only("unix_sockets", "false"),
                MessageSupport.of(ConnectionManagerTranslator.TYPE + ".SetCurrentClientCertDetails")
                        .reads("subject", "cert", "chain", "dns", "uri"),
                MessageSupport.of(XFF)
                        .reads("xff_num_trusted_hops", "xff_trusted_cidrs", "skip_xff_append"),
                MessageSupport.of(DETECTION + "xff.v3.XffTrustedCidrs").reads("cidrs"),
                MessageSupport.of(HEADER)
                        .reads(
                                "header_name",
                                "allow_extension_to_set_address_as_trusted",
                                "reject_with_status"),
                MessageSupport.of("envoy.type.v3.HttpStatus").reads("code"));
    }

    ClientAddress address(HttpConnectionManager manager, Spot spot) {
        var detections =
                Translation.each(
                        manager.getOriginalIpDetectionExtensionsList(),
                        spot.field("original_ip_detection_extensions"),
                        this::detection);
        if (!detections.isEmpty()
                && (manager.getUseRemoteAddress().getValue()
                        || manager.getXffNumTrustedHops() > 0)) {
            translation.error(
                    spot.field("original_ip_detection_extensions"),
                    "cannot be used beside use_remote_address or xff_num_trusted_hops",
                    "remove one of them");
        }
        return new ClientAddress(
                manager.getUseRemoteAddress().getValue(),
                Translation.clamp(manager.getXffNumTrustedHops()),
                manager.getSkipXffAppend(),
                Translation.each(
                        manager.getInternalAddressConfig().getCidrRangesList(),
                        spot.field("internal_address_config").field("cidr_ranges"),
                        common::cidr),
                manager.getAppendXForwardedPort(),
                detections);
    }

    private AddressDetection detection(TypedExtensionConfig extension, Spot spot) {
        var any = extension.getTypedConfig();
        if (Translation.is(any, HEADER)) {
            var header = Translation.unpack(any, CustomHeaderConfig.parser());
            int status = header.getRejectWithStatus().getCodeValue();
            return new AddressDetection.Header(
                    HeaderName.of(header.getHeaderName()),
                    header.getAllowExtensionToSetAddressAsTrusted(),
                    // Envoy: what is no error status is 403
                    header.hasRejectWithStatus() ? status >= 400 ? status : FORBIDDEN : 0);
        }
        if (!Translation.is(any, XFF)) {
            return new AddressDetection.ForwardedFor(0, false); // an error has been told
        }
        var xff = Translation.unpack(any, XffConfig.parser());
        boolean append = xff.hasSkipXffAppend() && !xff.getSkipXffAppend().getValue();
        if (!xff.hasXffTrustedCidrs()) {
            return new AddressDetection.ForwardedFor(
                    Translation.clamp(xff.getXffNumTrustedHops()), append);
        }
        if (xff.getXffNumTrustedHops() > 0) {
            translation.error(
                    spot.field("typed_config"),
                    "only one of xff_num_trusted_hops and xff_trusted_cidrs can be set");
        }
        return new AddressDetection.TrustedProxies(
                Translation.each(
                        xff.getXffTrustedCidrs().getCidrsList(),
                        spot.field("typed_config").field("xff_trusted_cidrs").field("cidrs"),
                        common::cidr),
                append);
    }

    @Nullable ClientCert certificates(HttpConnectionManager manager) {
        var forward =
                switch (manager.getForwardClientCertDetails()) {
                    case SANITIZE, UNRECOGNIZED -> null;
                    case FORWARD_ONLY -> Forward.FORWARD_ONLY;
                    case APPEND_FORWARD -> Forward.APPEND_FORWARD;
                    case SANITIZE_SET -> Forward.SANITIZE_SET;
                    case ALWAYS_FORWARD_ONLY -> Forward.ALWAYS_FORWARD_ONLY;
                };
        if (forward == null) {
            return null;
        }
        var set = manager.getSetCurrentClientCertDetails();
        var details = new ArrayList<Detail>();
        add(details, Detail.SUBJECT, set.getSubject().getValue());
        add(details, Detail.CERT, set.getCert());
        add(details, Detail.CHAIN, set.getChain());
        add(details, Detail.URI, set.getUri());
        add(details, Detail.DNS, set.getDns());
        return new ClientCert(forward, details);
    }

    private static void add(List<Detail> details, Detail detail, boolean wanted) {
        if (wanted) {
            details.add(detail);
        }
    }
}
