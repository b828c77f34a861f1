package io.postern.core.upstream;

/**
 * How many requests connections are made for: some of them are yet to come. Envoy preconnects only
 * for requests that wait or run, so an idle pool shrinks as always. A pure function.
 */
final class Preconnect {
    private Preconnect() {}

    /**
     * Requests to have connections for.
     *
     * @param ratio connections per request
     * @param waiting requests without a connection
     * @param open requests that run
     * @param ready requests that connections could take now
     */
    static double wanted(double ratio, int waiting, int open, long ready) {
        return waiting == 0 && open == 0
                ? 0
                : Math.max(waiting, (waiting + open) * ratio - open - (double) ready);
    }
}
