package io.postern.core.overload;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;

/** The memory of this JVM. Thread-safe. */
public final class JvmMemory implements MemoryUse {
    @Override
    public long liveHeap() {
        long live = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            MemoryUsage after = pool.getCollectionUsage();
            if (pool.getType() == MemoryType.HEAP && after != null) {
                // A pool that was never collected has no usage after a collection.
                live += after.getUsed() > 0 ? after.getUsed() : pool.getUsage().getUsed();
            }
        }
        return live;
    }

    @Override
    public long maxHeap() {
        return Runtime.getRuntime().maxMemory();
    }

    @Override
    public long direct() {
        long used = Math.max(0, PlatformDependent.usedDirectMemory());
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            if (pool.getName().equals("direct")) {
                used = Math.max(used, pool.getMemoryUsed());
            }
        }
        return used;
    }

    @Override
    public long maxDirect() {
        return PlatformDependent.maxDirectMemory();
    }

    @Override
    public void collect() {
        System.gc();
    }
}
