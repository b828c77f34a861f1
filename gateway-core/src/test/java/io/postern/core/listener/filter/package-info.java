/** Tests of TLS contexts and checks. */
@NullMarked
package io.postern.core.listener.filter;

import org.jspecify.annotations.NullMarked;
