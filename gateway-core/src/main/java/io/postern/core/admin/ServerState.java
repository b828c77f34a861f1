package io.postern.core.admin;

/** What /ready says; source: {@code envoy.admin.v3.ServerInfo.State}. */
public enum ServerState {
    LIVE,
    DRAINING,
    PRE_INITIALIZING,
    INITIALIZING
}
