package io.postern.config.snapshot;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.postern.config.model.ConfigSource.Target;
import io.postern.config.model.ResourceType;
import io.postern.config.source.xds.Control;
import io.postern.config.source.xds.DiscoveryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A management server for both variants of the protocol, in memory. */
final class FakeServer implements DiscoveryTransport {
    private final Control control;
    private final boolean delta;
    private final Map<ResourceType, Map<String, Versioned>> resources =
            new EnumMap<>(ResourceType.class);
    private final List<Session> sessions = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();
    private final List<String> opened = new ArrayList<>();
    private final List<DiscoveryRequest> requests = new ArrayList<>();
    private final List<DeltaDiscoveryRequest> deltaRequests = new ArrayList<>();
    private boolean up = true;
    private boolean sendsAllHosts;
    private final Set<ResourceType> silent = EnumSet.noneOf(ResourceType.class);
    private boolean hangs;
    private long version = 1;

    private record Versioned(Message message, long version) {}

    FakeServer(Control control, boolean delta) {
        this.control = control;
        this.delta = delta;
    }

    void put(ResourceType type, String name, Message message) {
        of(type).put(name, new Versioned(message, ++version));
        publish(type);
    }

    /** Has from now on what {@code other} has. */
    void takeOver(FakeServer other) {
        other.resources.forEach((type, some) -> of(type).putAll(some));
        version = other.version;
        up = other.up;
    }

    /** Nothing is sent, whatever is asked. */
    void hang(boolean now) {
        hangs = now;
    }

    /** Nothing is ever said about this type. */
    void silence(ResourceType type) {
        silent.add(type);
    }

    /** Virtual hosts are sent without being asked for by name. */
    void sendAllHosts() {
        sendsAllHosts = true;
    }

    /** The same, said with the next change. */
    void hold(ResourceType type, String name, Message message) {
        of(type).put(name, new Versioned(message, ++version));
    }

    void remove(ResourceType type, String name) {
        version++;
        of(type).remove(name);
        publish(type);
    }

    private Map<String, Versioned> of(ResourceType type) {
        return resources.computeIfAbsent(type, _ -> new TreeMap<>());
    }

    private void publish(ResourceType type) {
        List.copyOf(sessions).forEach(session -> session.push(type));
    }

    /** Sends something that nobody has put into words. */
    void sendRaw(byte[] octets) {
        List.copyOf(sessions).forEach(session -> session.listener.onMessage(octets));
    }

    /** Ends all streams; with {@code again} new ones are accepted. */
    void disconnect(boolean again) {
        up = again;
        for (Session session : List.copyOf(sessions)) {
            sessions.remove(session);
            session.listener.onEnd("gone");
        }
    }

    /** Streams that have been opened; the time between them is the client's. */
    int streams() {
        return opened.size();
    }

    void comeBack() {
        up = true;
    }

    boolean isConnected() {
        return !sessions.isEmpty();
    }

    List<String> refusals() {
        return refusals;
    }

    /** Who was asked, and on which path. */
    List<String> opened() {
        return opened;
    }

    List<DiscoveryRequest> requests() {
        return requests;
    }

    List<DeltaDiscoveryRequest> deltaRequests() {
        return deltaRequests;
    }

    @Override
    public Stream open(Target target, String path, StreamListener listener) {
        opened.add(target.cluster() + path);
        if (!up) {
            control.execute(() -> listener.onEnd("connection refused"));
            return new Session(listener);
        }
        var session = new Session(listener);
        sessions.add(session);
        return session;
    }

    @Override
    public void fetch(
            Target target, String path, byte[] body, Duration timeout, FetchListener listener) {
        throw new AssertionError("nobody polls here");
    }

    /** One stream. */
    private final class Session implements Stream {
        private final StreamListener listener;
        private final Map<ResourceType, Set<String>> names = new EnumMap<>(ResourceType.class);
        private final Map<ResourceType, Map<String, Long>> known =
                new EnumMap<>(ResourceType.class);
        private final Map<ResourceType, Long> sent = new EnumMap<>(ResourceType.class);
        private int nonce;

        Session(StreamListener listener) {
            this.listener = listener;
        }

        @Override
        public void send(byte[] message) {
            control.execute(() -> {
                try {
                    if (sessions.contains(this) && delta) {
                        request(DeltaDiscoveryRequest.parseFrom(message));
                    } else if (sessions.contains(this)) {
                        request(DiscoveryRequest.parseFrom(message));
                    }
                } catch (InvalidProtocolBufferException e) {
                    throw new AssertionError(e);
                }
            });
        }

        private void request(DiscoveryRequest request) {
            requests.add(request);
            ResourceType type = type(request.getTypeUrl());
            if (request.hasErrorDetail()) {
                refusals.add(request.getErrorDetail().getMessage());
            }
            Set<String> wanted = new HashSet<>(request.getResourceNamesList());
            boolean first = !names.containsKey(type);
            boolean changed = !wanted.equals(names.put(type, wanted));
            if ((first || changed) && !isSilent(type)) {
                respond(type);
            }
        }

        private void request(DeltaDiscoveryRequest request) {
            deltaRequests.add(request);
            ResourceType type = type(request.getTypeUrl());
            if (request.hasErrorDetail()) {
                refusals.add(request.getErrorDetail().getMessage());
            }
            boolean first = !names.containsKey(type);
            Set<String> wanted = names.computeIfAbsent(type, _ -> new HashSet<>());
            Map<String, Long> has = known.computeIfAbsent(type, _ -> new HashMap<>());
            if (first) {
                request.getInitialResourceVersionsMap()
                        .forEach((name, text) ->
                                has.put(name, text.isEmpty() ? 0L : Long.parseLong(text)));
            }
            wanted.addAll(request.getResourceNamesSubscribeList());
            request.getResourceNamesUnsubscribeList()
                    .forEach(name -> {
                        wanted.remove(name);
                        has.remove(name);
                    });
            if (isSilent(type)) {
                return;
            }
            if (type == ResourceType.VIRTUAL_HOST) {
                refuseHosts(request);
            }
            respondDelta(type, first && (isWildcard(type) || type == ResourceType.VIRTUAL_HOST));
        }

        private boolean isSilent(ResourceType type) {
            return hangs || silent.contains(type);
        }

        private static boolean isWildcard(ResourceType type) {
            return type.isWildcardByDefault() || type == ResourceType.SCOPED_ROUTES;
        }

        // As the protocol has it, a host without a virtual host is answered with its alias alone.
        private void refuseHosts(DeltaDiscoveryRequest request) {
            var response =
                    DeltaDiscoveryResponse.newBuilder()
                            .setTypeUrl(request.getTypeUrl())
                            .setNonce(Integer.toString(++nonce));
            for (String name : request.getResourceNamesSubscribeList()) {
                if (name.contains("/") && !of(ResourceType.VIRTUAL_HOST).containsKey(name)) {
                    response.addResources(Resource.newBuilder().setName(name).addAliases(name));
                }
            }
            if (response.getResourcesCount() > 0) {
                listener.onMessage(response.build().toByteArray());
            }
        }

        void push(ResourceType type) {
            if (isSilent(type) || !names.containsKey(type)) {
                return;
            }
            if (delta) {
                respondDelta(type, false);
            } else if (sent.getOrDefault(type, 0L) != version) {
                respond(type);
            }
        }

        private Map<String, Versioned> selected(ResourceType type) {
            Map<String, Versioned> selected = new LinkedHashMap<>();
            Set<String> wanted = names.getOrDefault(type, Set.of());
            of(type).forEach((name, one) -> {
                boolean host = sendsAllHosts && type == ResourceType.VIRTUAL_HOST;
                boolean everything = isWildcard(type) && (!delta || wanted.isEmpty());
                if (everything || host || wanted.contains(name) || isInCollection(name, wanted)) {
                    selected.put(name, one);
                }
            });
            return selected;
        }

        private static boolean isInCollection(String name, Set<String> wanted) {
            return wanted.stream()
                    .anyMatch(one ->
                            one.contains("/*")
                                    && name.startsWith(one.substring(0, one.indexOf('*'))));
        }

        private void respond(ResourceType type) {
            sent.put(type, version);
            var response =
                    DiscoveryResponse.newBuilder()
                            .setTypeUrl(type.typeUrl())
                            .setVersionInfo(Long.toString(version))
                            .setNonce(Integer.toString(++nonce));
            selected(type).values().forEach(one -> response.addResources(Any.pack(one.message())));
            listener.onMessage(response.build().toByteArray());
        }

        // That there is nothing is worth a response to whoever asks for everything.
        private void respondDelta(ResourceType type, boolean evenIfEmpty) {
            Map<String, Long> has = known.computeIfAbsent(type, _ -> new HashMap<>());
            Map<String, Versioned> selected = selected(type);
            var response =
                    DeltaDiscoveryResponse.newBuilder()
                            .setTypeUrl(type.typeUrl())
                            .setNonce(Integer.toString(++nonce));
            selected.forEach((name, one) -> {
                if (!Long.valueOf(one.version()).equals(has.put(name, one.version()))) {
                    response.addResources(
                            Resource.newBuilder()
                                    .setName(name)
                                    .setVersion(Long.toString(one.version()))
                                    .setResource(Any.pack(one.message())));
                }
            });
            for (String name : List.copyOf(has.keySet())) {
                if (!selected.containsKey(name)) {
                    has.remove(name);
                    response.addRemovedResources(name);
                }
            }
            int changes = response.getResourcesCount() + response.getRemovedResourcesCount();
            if (changes > 0 || evenIfEmpty) {
                listener.onMessage(response.build().toByteArray());
            }
        }

        private static ResourceType type(String url) {
            ResourceType type = ResourceType.of(url);
            if (type == null) {
                throw new AssertionError("no type: " + url);
            }
            return type;
        }

        @Override
        public void close() {
            sessions.remove(this);
        }
    }
}
