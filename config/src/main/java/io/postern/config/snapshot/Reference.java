package io.postern.config.snapshot;

import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import org.jspecify.annotations.Nullable;

/**
 * What a resource refers to.
 *
 * @param source null: the static resources
 */
record Reference(ResourceType type, @Nullable ConfigSource source, String name) {}
