package io.postern.app;

import io.postern.app.cli.UsageException;
import io.postern.core.hotrestart.ProcessName;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which gateway process follows which, as with Envoy's hot restart: the next one takes the
 * listening sockets of the one before, and when it is ready the one before drains and ends.
 *
 * <p>Without a restart epoch sockets on the same address are taken over just so, and whoever runs
 * the processes ends the old one.
 *
 * @param self what others find this process by; null: it hands nothing over
 * @param predecessors whose sockets are taken
 * @param parent who is ended when this process is ready; null: nobody
 * @param parentShutdown after it the parent is killed
 */
record Succession(
        @Nullable ProcessName self,
        List<ProcessName> predecessors,
        @Nullable ProcessName parent,
        Duration parentShutdown) {
    /** A process on its own. */
    static final Succession NONE = new Succession(null, List.of(), null, Duration.ZERO);

    Succession {
        predecessors = List.copyOf(predecessors);
    }

    /** What the flags say and what runs here. */
    static Succession of(EnvoyFlags flags) {
        if (flags.hotRestartDisabled()) {
            return NONE;
        }
        long pid = ProcessHandle.current().pid();
        int epoch = flags.restartEpoch();
        var self = new ProcessName(flags.baseId(), epoch, pid);
        List<ProcessName> others = ProcessName.others(self.baseId(), pid);
        if (epoch == 0) {
            return new Succession(self, others, null, Duration.ZERO);
        }
        List<ProcessName> parents =
                others.stream().filter(other -> other.epoch() == epoch - 1).toList();
        if (parents.size() == 1) {
            return new Succession(self, parents, parents.getFirst(), flags.parentShutdownTime());
        }
        if (parents.isEmpty() && flags.doesWithoutParent()) {
            return new Succession(self, List.of(), null, Duration.ZERO);
        }
        throw new UsageException(
                "run: --restart-epoch "
                        + epoch
                        + ": "
                        + (parents.isEmpty() ? "no process" : parents.size() + " processes")
                        + " with --base-id "
                        + self.baseId()
                        + " and --restart-epoch "
                        + (epoch - 1)
                        + " (expected: one; give each gateway of this machine a --base-id)");
    }

    /** The parent is not needed any more: it drains, or is killed when that takes too long. */
    void endParent(Log log) {
        if (parent == null) {
            return;
        }
        log.info("main", "takes over from " + parent);
        ProcessHandle.of(parent.pid())
                .ifPresent(process -> {
                    process.destroy(); // SIGTERM
                    var _ =
                            process.onExit()
                                    .completeOnTimeout(
                                            process,
                                            parentShutdown.toMillis(),
                                            java.util.concurrent.TimeUnit.MILLISECONDS)
                                    .thenAccept(ProcessHandle::destroyForcibly);
                });
    }
}
