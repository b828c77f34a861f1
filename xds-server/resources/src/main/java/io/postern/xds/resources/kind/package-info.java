/**
 * The kinds of documents that are read: the shape of each, and views of their fields.
 *
 * <p>Thread-safe: immutable.
 */
@NullMarked
package io.postern.xds.resources.kind;

import org.jspecify.annotations.NullMarked;
