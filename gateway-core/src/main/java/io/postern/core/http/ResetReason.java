package io.postern.core.http;

/** Why a stream ended abruptly; named as Envoy's StreamResetReason. */
public enum ResetReason {
    /** We gave up on it. */
    LOCAL_RESET,
    /** We refused it before doing anything. */
    LOCAL_REFUSED_STREAM,
    /** The peer gave up on it. */
    REMOTE_RESET,
    /** The peer refused it before doing anything: safe to try again. */
    REMOTE_REFUSED_STREAM,
    /** The connection could not be made. */
    CONNECTION_FAILURE,
    /** The connection was not made in time. */
    CONNECTION_TIMEOUT,
    /** The connection ended while the stream was open. */
    CONNECTION_TERMINATION,
    /** A limit of ours was reached. */
    OVERFLOW,
    /** The peer broke the protocol. */
    PROTOCOL_ERROR,
    /** CONNECT was refused. */
    CONNECT_ERROR
}
