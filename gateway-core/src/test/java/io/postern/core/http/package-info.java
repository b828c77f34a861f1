/** Tests of the HTTP codecs. */
@NullMarked
package io.postern.core.http;

import org.jspecify.annotations.NullMarked;
