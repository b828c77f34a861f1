package io.postern.config.source.xds;

import io.postern.config.model.ConfigSource;
import io.postern.config.model.ResourceType;
import io.postern.config.source.ConfigText;
import io.postern.config.source.Diagnostics;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Resources in a file. It is read again when a file is moved to its place, never while it is being
 * written; or, with a watched directory, when anything is moved into that.
 *
 * <p>Source: {@code envoy.config.core.v3.PathConfigSource}. Control thread; the watch has a virtual
 * thread of its own.
 */
final class FileSubscription implements Subscription {
    private final ConfigSource.File source;
    private final ResourceType type;
    private final XdsParts parts;
    private final Path file;
    private @Nullable WatchService watch;
    private Wanted wanted = Wanted.NOTHING;
    private boolean closed;

    FileSubscription(ConfigSource.File source, ResourceType type, XdsParts parts) {
        this.source = source;
        this.type = type;
        this.parts = parts;
        this.file = Path.of(source.path()).toAbsolutePath();
    }

    @Override
    public void want(ResourceType ofType, Wanted now) {
        boolean first = watch == null;
        boolean changed = !now.equals(wanted);
        wanted = now;
        if (first) {
            watch();
        }
        if (changed && wantsAnything()) {
            parts.control().execute(this::load);
        }
    }

    @Override
    public boolean wantsAnything() {
        return !wanted.isNothing();
    }

    private void load() {
        if (closed) {
            return;
        }
        var diagnostics = new Diagnostics();
        var text = ResponseText.read(ConfigText.read(file, diagnostics), type, diagnostics);
        Update update = text.update();
        if (update == null) {
            parts.sink().onFailure(source, type, ErrorText.of(text.errors()));
        } else {
            List<String> errors = parts.sink().onUpdate(source, type, update);
            if (!errors.isEmpty()) {
                parts.sink().onFailure(source, type, ErrorText.of(errors));
            }
        }
    }

    private void watch() {
        boolean anyFile = !source.watchedDirectory().isEmpty();
        Path parent = file.getParent();
        Path directory = anyFile || parent == null ? Path.of(source.watchedDirectory()) : parent;
        try {
            WatchService service = directory.getFileSystem().newWatchService();
            watch = service;
            directory.register(service, StandardWatchEventKinds.ENTRY_CREATE);
            var _ =
                    Thread.ofVirtual()
                            .name("watch " + directory)
                            .start(() -> follow(service, anyFile));
        } catch (IOException e) {
            parts.sink()
                    .onFailure(source, type, "cannot watch " + directory + ": " + e.getMessage());
        }
    }

    private void follow(WatchService service, boolean anyFile) {
        try {
            while (true) {
                WatchKey key = service.take();
                boolean concerned = false;
                for (WatchEvent<?> event : key.pollEvents()) {
                    concerned |= anyFile || isOurs(event);
                }
                if (concerned) {
                    parts.control().execute(this::load);
                }
                if (!key.reset()) {
                    parts.control().execute(this::lost);
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ClosedWatchServiceException _) {
            // The subscription has ended.
        }
    }

    // As in Envoy: whoever makes the directory again makes another one.
    private void lost() {
        if (!closed) {
            parts.sink().onFailure(source, type, "the watched directory of " + file + " is gone");
        }
    }

    private boolean isOurs(WatchEvent<?> event) {
        return event.kind().equals(StandardWatchEventKinds.OVERFLOW)
                || file.getFileName().equals(event.context());
    }

    @Override
    public void close() {
        closed = true;
        WatchService open = watch;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                parts.sink().onFailure(source, type, "cannot stop watching: " + e.getMessage());
            }
        }
    }
}
