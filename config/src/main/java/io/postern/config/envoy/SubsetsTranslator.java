package io.postern.config.envoy;

import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbSubsetConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbSubsetConfig.LbSubsetMetadataFallbackPolicy;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbSubsetConfig.LbSubsetSelector;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.postern.config.model.Subsets;
import io.postern.config.model.Subsets.Fallback;
import io.postern.config.model.Subsets.Selector;
import io.postern.config.source.Spot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Translates {@code lb_subset_config} of a cluster and the metadata it goes by. */
final class SubsetsTranslator {
    private static final String NAMESPACE = "envoy.lb";
    private static final String FALLBACK_LIST = "fallback_list";

    private final Translation translation;

    SubsetsTranslator(Translation translation) {
        this.translation = translation;
    }

    static List<MessageSupport> declared() {
        var config = "envoy.config.cluster.v3.Cluster.LbSubsetConfig";
        return List.of(
                MessageSupport.of(config)
                        .reads(
                                "fallback_policy",
                                "subset_selectors",
                                "panic_mode_any",
                                "list_as_any",
                                "metadata_fallback_policy")
                        .opaque("default_subset")
                        .only("locality_weight_aware", "false")
                        .only("scale_locality_weight", "false"),
                MessageSupport.of(config + ".LbSubsetSelector")
                        .reads(
                                "keys",
                                "fallback_policy",
                                "fallback_keys_subset",
                                "single_host_per_subset"));
    }

    /** The load balancer's part of metadata, values as JSON. */
    static Map<String, String> metadata(Metadata metadata) {
        return StructJson.members(part(metadata));
    }

    /**
     * The metadata with each member of its {@code fallback_list}, in turn; empty: it has none. As
     * in Envoy, one that is no list counts as an empty list. Parts of {@code inner} stand over the
     * same of {@code outer}.
     */
    static List<Map<String, String>> fallbacks(Metadata outer, Metadata inner) {
        var whole = part(outer).toBuilder().putAllFields(part(inner).getFieldsMap());
        var list = whole.getFieldsMap().get(FALLBACK_LIST);
        if (list == null) {
            return List.of();
        }
        var without = StructJson.members(whole.removeFields(FALLBACK_LIST).build());
        var fallbacks = new ArrayList<Map<String, String>>();
        for (var item : list.getListValue().getValuesList()) {
            var merged = new HashMap<>(without);
            merged.putAll(StructJson.members(item.getStructValue()));
            fallbacks.add(Map.copyOf(merged));
        }
        return fallbacks.isEmpty() ? List.of(Map.copyOf(without)) : List.copyOf(fallbacks);
    }

    private static Struct part(Metadata metadata) {
        return metadata.getFilterMetadataOrDefault(NAMESPACE, Struct.getDefaultInstance());
    }

    /** The lists in it, their values as JSON. */
    static Map<String, List<String>> lists(Metadata metadata) {
        return StructJson.lists(part(metadata));
    }

    /** The same, over what {@code outer} says. */
    static Map<String, String> with(Metadata outer, Metadata metadata) {
        var merged = new HashMap<>(metadata(outer));
        merged.putAll(metadata(metadata));
        return merged;
    }

    /** Null without selectors: then there are no subsets, as in Envoy. */
    @Nullable Subsets translate(LbSubsetConfig config, Spot spot) {
        if (config.getSubsetSelectorsCount() == 0) {
            return null;
        }
        var fallback =
                switch (config.getFallbackPolicy()) {
                    case NO_FALLBACK, UNRECOGNIZED -> Fallback.NO_HOST;
                    case ANY_ENDPOINT -> Fallback.ANY_HOST;
                    case DEFAULT_SUBSET -> Fallback.DEFAULT_SUBSET;
                };
        return new Subsets(
                fallback,
                StructJson.members(config.getDefaultSubset()),
                Translation.each(
                        config.getSubsetSelectorsList(),
                        spot.field("subset_selectors"),
                        this::selector),
                config.getListAsAny(),
                config.getPanicModeAny(),
                config.getMetadataFallbackPolicy() == LbSubsetMetadataFallbackPolicy.FALLBACK_LIST);
    }

    private Selector selector(LbSubsetSelector selector, Spot spot) {
        var keys = Set.copyOf(selector.getKeysList());
        var fewer = Set.copyOf(selector.getFallbackKeysSubsetList());
        var fallback =
                switch (selector.getFallbackPolicy()) {
                    case NOT_DEFINED, UNRECOGNIZED -> Fallback.AS_CLUSTER;
                    case NO_FALLBACK -> Fallback.NO_HOST;
                    case ANY_ENDPOINT -> Fallback.ANY_HOST;
                    case DEFAULT_SUBSET -> Fallback.DEFAULT_SUBSET;
                    case KEYS_SUBSET -> Fallback.FEWER_KEYS;
                };
        boolean fits = !fewer.isEmpty() && keys.containsAll(fewer) && !fewer.equals(keys);
        if (fallback == Fallback.FEWER_KEYS && !fits) {
            translation.error(
                    spot.field("fallback_keys_subset"),
                    "KEYS_SUBSET needs some of the selector's keys here, but not all",
                    "name fewer keys of this selector, or use another fallback_policy");
        }
        if (selector.getSingleHostPerSubset() && keys.size() != 1) {
            translation.error(
                    spot.field("single_host_per_subset"),
                    "single_host_per_subset needs a selector of one key, not " + keys.size(),
                    "name one key that tells the hosts apart");
        }
        return new Selector(keys, fallback, fewer, selector.getSingleHostPerSubset());
    }
}
