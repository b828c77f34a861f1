package io.postern.core.filter;

import io.postern.config.model.FilterSpec;
import io.postern.sdk.Body;
import io.postern.sdk.Filter;
import io.postern.sdk.FilterCallbacks;
import io.postern.sdk.FilterFactory;
import io.postern.sdk.FilterLoadException;
import io.postern.sdk.FilterScope;
import io.postern.sdk.FilterStatus;
import io.postern.sdk.FilterUsage;
import io.postern.sdk.HeaderMap;
import io.postern.sdk.HeaderName;
import io.postern.sdk.LoadedFilter;
import io.postern.sdk.LocalReply;
import io.postern.sdk.Worker;
import io.postern.sdk.WorkerFilter;
import io.postern.sdk.testkit.FakeWorker;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** Filters that do what their configuration says, and write down which are loaded. */
final class ScriptedFilter implements FilterFactory<ScriptedFilter.Script> {
    static final HeaderName VERSION = HeaderName.of("x-version");

    final List<String> events = new ArrayList<>();
    IntConsumer takesMillis = millis -> {};

    /** What a filter does with a request. */
    enum Does {
        TAG,
        TAG_RESPONSE,
        DENY,
        FAIL,
        TAKE_LONG,
        CALL_OUT,
        WAIT_FOR_BODY,
        NOT_LOAD
    }

    record Script(String name, Does does) implements FilterSpec {
        @Override
        public String typeName() {
            return "test.Script";
        }
    }

    @Override
    public Class<Script> configType() {
        return Script.class;
    }

    @Override
    public LoadedFilter load(Script script, FilterScope scope) {
        if (script.does() == Does.NOT_LOAD) {
            throw new FilterLoadException("a syntax error");
        }
        events.add("load " + script.name());
        return new LoadedFilter() {
            @Override
            public WorkerFilter forWorker(Worker worker) {
                return new Part(script, worker);
            }

            @Override
            public void close() {
                events.add("close " + script.name());
            }
        };
    }

    private final class Part implements WorkerFilter, FilterUsage {
        private final Script script;
        private final Worker worker;
        private long failures;

        Part(Script script, Worker worker) {
            this.script = script;
            this.worker = worker;
        }

        @Override
        public Filter newFilter(FilterCallbacks callbacks) {
            return new OnStream(this, callbacks);
        }

        @Override
        public FilterUsage usage() {
            return this;
        }

        @Override
        public long failures() {
            return failures;
        }

        @Override
        public long fuel() {
            return 0;
        }
    }

    private final class OnStream implements Filter {
        private final Part part;
        private final FilterCallbacks callbacks;

        OnStream(Part part, FilterCallbacks callbacks) {
            this.part = part;
            this.callbacks = callbacks;
        }

        @Override
        public FilterStatus onRequestHeaders(HeaderMap headers, boolean endOfStream) {
            switch (part.script.does()) {
                case TAG -> headers.set(VERSION, part.script.name());
                case TAKE_LONG -> takesMillis.accept(20);
                case DENY -> {
                    callbacks.sendLocalReply(LocalReply.of(403, "denied"));
                    return FilterStatus.PAUSE;
                }
                case FAIL -> {
                    part.failures++;
                    callbacks.sendLocalReply(LocalReply.of(503, "failed"));
                    return FilterStatus.PAUSE;
                }
                case CALL_OUT -> {
                    part.worker.call(
                            "auth",
                            new HeaderMap(),
                            new byte[0],
                            new HeaderMap(),
                            0,
                            (head, body, trailers) -> callbacks.resumeRequest());
                    return FilterStatus.PAUSE;
                }
                case WAIT_FOR_BODY -> {
                    return FilterStatus.PAUSE_HEADERS;
                }
                case TAG_RESPONSE, NOT_LOAD -> {}
            }
            return FilterStatus.CONTINUE;
        }

        @Override
        public FilterStatus onRequestBody(Body body, boolean endOfStream) {
            if (part.script.does() != Does.WAIT_FOR_BODY) {
                return FilterStatus.CONTINUE;
            }
            if (!endOfStream) {
                return FilterStatus.PAUSE;
            }
            callbacks.requestHeaders().set(VERSION, "body of " + body.length());
            return FilterStatus.CONTINUE;
        }

        @Override
        public FilterStatus onResponseHeaders(HeaderMap headers, boolean endOfStream) {
            if (part.script.does() == Does.TAG_RESPONSE) {
                headers.set(VERSION, part.script.name());
            }
            return FilterStatus.CONTINUE;
        }
    }

    /** Lets time pass on {@code worker} while a filter works. */
    void on(FakeWorker worker) {
        takesMillis = millis -> worker.advance(millis * 1_000_000L);
    }
}
