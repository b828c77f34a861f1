package io.postern.xds.resources.envoy;

import io.postern.xds.resources.PluginReference;
import io.postern.xds.resources.PluginSource.Fetched;
import io.postern.xds.resources.TranslationOptions;
import io.postern.xds.resources.attach.Grants;
import io.postern.xds.resources.attach.Inventory;
import io.postern.xds.resources.attach.Statuses;
import io.postern.xds.resources.document.Document;
import io.postern.xds.resources.rollout.EnvoyTrial;
import io.postern.xds.resources.rollout.RolloutBook;
import io.postern.xds.resources.rollout.WantedVersion;
import java.util.Map;
import java.util.Set;

/**
 * What a translation works with.
 *
 * @param fetched what came of each plugin
 * @param dataPlane what looks at everything that is made
 * @param book which versions serve where new ones are tried
 * @param wanted gets what documents ask for where it is tried
 * @param trials gets what some Envoys get instead
 * @param refused plugins and policies that it does not take: what they protect stays closed
 */
public record Translating(
        Inventory inventory,
        Grants grants,
        Statuses statuses,
        Map<PluginReference, Fetched> fetched,
        TranslationOptions options,
        DataPlane dataPlane,
        RolloutBook book,
        Map<String, WantedVersion> wanted,
        Map<String, EnvoyTrial> trials,
        Set<Document> refused) {}
