/**
 * Programs that others use, for tests: registries, oras, cosign. Each is installed once into the
 * user's cache, by its version.
 */
@NullMarked
package io.postern.xds.testkit;

import org.jspecify.annotations.NullMarked;
