/** Tests of the balancers. */
@NullMarked
package io.postern.core.upstream.balance;

import org.jspecify.annotations.NullMarked;
