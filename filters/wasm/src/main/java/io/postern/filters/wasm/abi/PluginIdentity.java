package io.postern.filters.wasm.abi;

import io.postern.sdk.FilterScope;

/**
 * Who a plugin is, for logs, properties and errors.
 *
 * @param name as configured
 * @param rootId which root context of the module
 * @param vmId which virtual machine
 * @param scope where it was configured
 */
public record PluginIdentity(String name, String rootId, String vmId, FilterScope scope) {}
