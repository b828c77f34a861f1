/** What is published: resources packed once, their sets, and who gets which. Immutable. */
@NullMarked
package io.postern.xds.server.content;

import org.jspecify.annotations.NullMarked;
