/**
 * Listener filters: what looks at a connection's first octets before its filter chain is chosen.
 */
@NullMarked
package io.postern.core.listener.filter;

import org.jspecify.annotations.NullMarked;
