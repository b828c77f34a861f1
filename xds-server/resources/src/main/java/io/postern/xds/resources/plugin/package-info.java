/**
 * Where plugins are fetched from, as far as no registry is involved.
 *
 * <p>Blocking: for control threads.
 */
@NullMarked
package io.postern.xds.resources.plugin;

import org.jspecify.annotations.NullMarked;
