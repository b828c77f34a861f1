package io.postern.core.upstream;

import io.netty.channel.EventLoop;
import io.postern.sdk.Worker;
import java.util.random.RandomGenerator;

/**
 * What upstream connections of one worker are made with.
 *
 * @param eventLoop the worker's own: every connection is registered on it
 * @param codec puts HTTP onto a connected socket
 * @param random for the balancers; used on the loop only
 */
public record UpstreamLoop(
        Worker worker, EventLoop eventLoop, ClientCodec codec, RandomGenerator random) {}
