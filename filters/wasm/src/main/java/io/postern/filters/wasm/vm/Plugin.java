package io.postern.filters.wasm.vm;

import io.postern.config.model.WasmSpec.FailurePolicy;
import io.postern.filters.wasm.abi.PluginIdentity;
import java.time.Duration;

/**
 * One configured plugin: what distinguishes it from others in the same virtual machine. Equal only
 * to itself, since two plugins may be configured alike. Thread-safe: immutable, but for its usage.
 */
public final class Plugin {
    private final PluginIdentity identity;
    private final byte[] configuration;
    private final FailurePolicy failurePolicy;
    private final Duration reloadBackoffBase;
    private final Duration reloadBackoffMax;
    private final boolean stopsHeadersAlone;
    private final PluginUsage usage = new PluginUsage();

    /**
     * A plugin.
     *
     * @param configuration read by the plugin in {@code proxy_on_configure}
     * @param failurePolicy what becomes of a stream when the plugin fails
     * @param reloadBackoffBase first delay between rebuilds of a machine that keeps failing
     * @param reloadBackoffMax the longest one
     * @param stopsHeadersAlone see {@link Action#ofHeaders}
     */
    public Plugin(
            PluginIdentity identity,
            byte[] configuration,
            FailurePolicy failurePolicy,
            Duration reloadBackoffBase,
            Duration reloadBackoffMax,
            boolean stopsHeadersAlone) {
        this.identity = identity;
        this.configuration = configuration;
        this.failurePolicy = failurePolicy;
        this.reloadBackoffBase = reloadBackoffBase;
        this.reloadBackoffMax = reloadBackoffMax;
        this.stopsHeadersAlone = stopsHeadersAlone;
    }

    /** The same on one worker, where it counts for itself. */
    Plugin onWorker() {
        return new Plugin(
                identity,
                configuration,
                failurePolicy,
                reloadBackoffBase,
                reloadBackoffMax,
                stopsHeadersAlone);
    }

    /** Confined to the loop of the worker that this is for. */
    PluginUsage usage() {
        return usage;
    }

    /** What a plugin is called in logs and errors. */
    public String name() {
        return identity.name();
    }

    PluginIdentity identity() {
        return identity;
    }

    byte[] configuration() {
        return configuration;
    }

    Duration reloadBackoffBase() {
        return reloadBackoffBase;
    }

    Duration reloadBackoffMax() {
        return reloadBackoffMax;
    }

    /** Whether a header callback that pauses goes on getting the body. */
    boolean stopsHeadersAlone() {
        return stopsHeadersAlone;
    }

    /** Whether streams pass when the plugin has failed. */
    boolean failsOpen() {
        return failurePolicy == FailurePolicy.FAIL_OPEN;
    }
}
