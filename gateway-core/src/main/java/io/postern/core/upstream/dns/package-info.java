/** Names to addresses; knows nothing of clusters. */
@NullMarked
package io.postern.core.upstream.dns;

import org.jspecify.annotations.NullMarked;
