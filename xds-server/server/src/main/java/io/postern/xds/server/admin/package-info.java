/**
 * What people and programs ask the management server: over HTTP, as text or JSON.
 *
 * <p>Virtual threads.
 */
@NullMarked
package io.postern.xds.server.admin;

import org.jspecify.annotations.NullMarked;
