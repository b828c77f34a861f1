/**
 * Plugins and policies from OCI registries. {@link io.postern.xds.oci.Puller} is where to start:
 * reference, registry, manifest, layer, module, each step checked against the digest of the one
 * before. Control threads only.
 */
@NullMarked
package io.postern.xds.oci;

import org.jspecify.annotations.NullMarked;
