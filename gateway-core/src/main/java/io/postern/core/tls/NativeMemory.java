package io.postern.core.tls;

import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.lang.ref.Cleaner;

/**
 * Releases BoringSSL contexts when nobody can make connections with them any more; which worker is
 * the last to let go of a removed cluster or listener is not known otherwise. Open connections hold
 * their own reference. Thread-safe.
 */
final class NativeMemory {
    private static final Cleaner CLEANER = Cleaner.create();

    private NativeMemory() {}

    /** Releases {@code context} when {@code owner} is no longer reachable. */
    static void releaseWith(Object owner, SslContext context) {
        CLEANER.register(owner, () -> ReferenceCountUtil.release(context));
    }
}
