package io.postern.xds.server.store;

/** Hears how a store is. Any thread. */
public interface StoreLog {
    /** Something is wrong with it. */
    void problem(String text);

    /** Something is as it should be again. */
    default void note(String text) {}
}
