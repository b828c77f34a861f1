/** Tests of name resolution against a name server of the test. */
@NullMarked
package io.postern.core.upstream.dns;

import org.jspecify.annotations.NullMarked;
