package io.postern.app.controlplane;

import io.postern.xds.resources.PluginSource;
import io.postern.xds.resources.plugin.FilePlugins;
import io.postern.xds.resources.plugin.HttpsPlugins;
import io.postern.xds.resources.plugin.PluginSources;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.Map;

/** Where plugins of documents come from. */
final class Plugins {
    private Plugins() {}

    static PluginSource of(Path folder) {
        return new PluginSources(
                Map.of(
                        "file",
                        new FilePlugins(folder),
                        "https",
                        new HttpsPlugins(HttpClient.newHttpClient())));
    }
}
