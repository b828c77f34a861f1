package io.postern.xds.server.store;

import java.io.IOException;

/** Another server published before this one did: nothing was written. */
public final class OvertakenException extends IOException {
    private static final long serialVersionUID = 1;

    OvertakenException(long number) {
        super("another server has published revision " + number + " meanwhile");
    }
}
