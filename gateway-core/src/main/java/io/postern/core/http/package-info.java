/**
 * HTTP/1 and HTTP/2 codecs: bytes on a channel to and from streams, the same two interfaces on both
 * sides.
 */
@NullMarked
package io.postern.core.http;

import org.jspecify.annotations.NullMarked;
