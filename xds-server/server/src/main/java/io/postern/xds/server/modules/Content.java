package io.postern.xds.server.modules;

import io.postern.xds.resources.TranslationOptions.ContentServer;

/**
 * That nodes fetch plugins from this server.
 *
 * @param store where they are put before nodes hear of them
 * @param server what nodes are told
 */
public record Content(ModuleStore store, ContentServer server) {
    /** The cluster through which nodes ask. */
    private static final String CLUSTER = "postern-content";

    /**
     * A store that nodes reach over HTTP.
     *
     * @param authority host and port as they reach it
     */
    public static Content at(String authority, ModuleStore store) {
        return new Content(
                store, new ContentServer("http://" + authority + ModuleServer.PATH, CLUSTER));
    }
}
