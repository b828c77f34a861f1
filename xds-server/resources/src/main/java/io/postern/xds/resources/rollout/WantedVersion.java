package io.postern.xds.resources.rollout;

import io.postern.xds.resources.DocumentKey;

/**
 * What a document asks for.
 *
 * @param filter the name of the filter and of its resource: {@code wasm/default/waf}
 */
public record WantedVersion(
        String filter, DocumentKey document, TriedVersion version, RolloutPlan plan) {}
