/**
 * From a folder of documents to checked resources.
 *
 * <p>Control thread.
 */
@NullMarked
package io.postern.xds.server.source;

import org.jspecify.annotations.NullMarked;
