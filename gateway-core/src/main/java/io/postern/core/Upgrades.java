package io.postern.core;

import io.postern.config.model.HttpConnectionManager;
import io.postern.config.model.RouteAction;
import io.postern.config.model.RouteAction.ConnectConfig;
import io.postern.core.headers.Upgrade;
import io.postern.core.tcp.ByteStreamCluster;
import io.postern.core.upstream.WorkerCluster;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.Worker;
import java.util.List;
import java.util.Locale;

/**
 * Which protocol upgrades may pass: the connection manager's, unless the route says otherwise. Pure
 * functions.
 *
 * <p>Source: {@code upgrade_configs} of the connection manager and of {@code RouteAction}.
 */
final class Upgrades {
    private static final HeaderName UPGRADE = HeaderName.of("upgrade");

    private Upgrades() {}

    /** Whether what follows the head is no body but a connection's octets. */
    static boolean isTunnel(HeaderMap head) {
        int method = head.indexOf(HeaderName.METHOD);
        return Upgrade.isUpgrade(head) || (method >= 0 && head.valueIs(method, "CONNECT"));
    }

    /** Where a request to {@code cluster} goes: its payload only, where the route says so. */
    static WorkerCluster target(
            HeaderMap head, RouteAction.Forward action, WorkerCluster cluster, Worker worker) {
        ConnectConfig rules = action.connect();
        if (rules == null || Upgrade.isUpgrade(head)) {
            return cluster;
        }
        int method = head.indexOf(HeaderName.METHOD);
        boolean terminated =
                head.valueIs(method, "CONNECT") || (rules.post() && head.valueIs(method, "POST"));
        return terminated ? new ByteStreamCluster(cluster, worker, rules) : cluster;
    }

    static boolean allowed(
            HeaderMap head, HttpConnectionManager manager, RouteAction.Forward action) {
        int index = head.indexOf(UPGRADE);
        String type =
                Upgrade.isUpgrade(head) && index >= 0
                        ? head.value(index).toLowerCase(Locale.ROOT)
                        : "connect";
        List<String> off = action.disabledUpgradeTypes();
        return !off.contains(type)
                && (action.upgradeTypes().contains(type) || manager.upgradeTypes().contains(type));
    }
}
