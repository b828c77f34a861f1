/** Tests of TLS contexts and checks. */
@NullMarked
package io.postern.core.tls;

import org.jspecify.annotations.NullMarked;
