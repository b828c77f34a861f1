/** The first seconds of a gateway: its code is compiled before clients need it. */
@NullMarked
package io.postern.app.warmup;

import org.jspecify.annotations.NullMarked;
