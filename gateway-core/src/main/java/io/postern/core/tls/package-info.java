/**
 * TLS of both sides: contexts from the configuration, checks of the peer, and what a finished
 * handshake agreed on. BoringSSL where its native library loads, the JDK's own TLS elsewhere.
 */
@NullMarked
package io.postern.core.tls;

import org.jspecify.annotations.NullMarked;
