/**
 * What an HTTP connection manager does to heads: forwarding headers, path normalisation, mutations.
 */
@NullMarked
package io.postern.core.headers;

import org.jspecify.annotations.NullMarked;
