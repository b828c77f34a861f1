/**
 * What was published, kept before it is served: on disk, or in an etcd that several servers share.
 *
 * <p>Control thread.
 */
@NullMarked
package io.postern.xds.server.store;

import org.jspecify.annotations.NullMarked;
