/**
 * What was published, kept on disk: written before it is served.
 *
 * <p>Control thread.
 */
@NullMarked
package io.postern.xds.server.store;

import org.jspecify.annotations.NullMarked;
