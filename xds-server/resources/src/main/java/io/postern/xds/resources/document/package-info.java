/**
 * Text to documents: places, shapes and the schemas that are published.
 *
 * <p>Control threads only.
 */
@NullMarked
package io.postern.xds.resources.document;

import org.jspecify.annotations.NullMarked;
