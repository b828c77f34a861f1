/**
 * A client of management servers: Envoy's discovery protocols on streams that somebody else opens.
 * Knows names, versions and octets of resources, not what they mean.
 */
@NullMarked
package io.postern.config.source.xds;

import org.jspecify.annotations.NullMarked;
