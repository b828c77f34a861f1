/**
 * The walk of a request: {@link io.postern.core.RequestFlow} has its steps, {@link
 * io.postern.core.Exchange} its state.
 */
@NullMarked
package io.postern.core;

import org.jspecify.annotations.NullMarked;
