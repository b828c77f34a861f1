/**
 * What a filter or plugin author compiles against: headers, body, stream and worker, as the gateway
 * hands them to an HTTP filter. Depends on the JDK and JSpecify only.
 *
 * <p>Unless a type says otherwise, everything here is confined to the event loop (worker) that owns
 * the stream and must not be kept after the stream's {@link io.postern.sdk.Filter#onDestroy()}.
 */
@NullMarked
package io.postern.sdk;

import org.jspecify.annotations.NullMarked;
