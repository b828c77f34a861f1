package io.postern.config.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.postern.config.model.ResourceType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is served of what a management server says. */
class LiveConfigTest {
    @TempDir Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aListenerIsServedWhenItsRoutesHaveCome(boolean delta) {
        // Given
        var rig = new Rig(delta, null).start();
        rig.server.put(ResourceType.LISTENER, "l", Rig.listener("l", 1000, "r"));
        rig.settle();
        assertThat(rig.listeners()).isEmpty();
        // When
        rig.server.put(ResourceType.ROUTES, "r", Rig.routes("r", 201));
        rig.settle();
        // Then
        assertThat(rig.listeners()).containsEntry("l", 201);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClusterIsServedWhenItsEndpointsHaveCome(boolean delta) {
        // Given
        var rig = new Rig(delta, null).start();
        rig.server.put(ResourceType.CLUSTER, "c", Rig.cluster("c", 3, true));
        rig.settle();
        assertThat(rig.clusters()).isEmpty();
        // When
        rig.server.put(ResourceType.ENDPOINTS, "c", Rig.endpoints("c", 81));
        rig.settle();
        // Then
        assertThat(rig.clusters()).containsEntry("c", "3:81");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneBadClusterIsRefusedAloneWithItsPathAndTheLastGoodOneStays(boolean delta) {
        // Given
        var rig = new Rig(delta, null).start();
        rig.server.put(ResourceType.ENDPOINTS, "a", Rig.endpoints("a", 81));
        rig.server.put(ResourceType.ENDPOINTS, "b", Rig.endpoints("b", 82));
        rig.server.put(ResourceType.CLUSTER, "a", Rig.cluster("a", 1, true));
        rig.settle();
        // When
        rig.server.put(ResourceType.CLUSTER, "a", Rig.cluster("a", 9, false));
        rig.server.put(ResourceType.CLUSTER, "b", Rig.cluster("b", 2, true));
        rig.settle();
        // Then
        assertThat(rig.clusters()).containsEntry("a", "1:81").containsEntry("b", "2:82");
        assertThat(rig.server.refusals())
                .isNotEmpty()
                .first()
                .asString()
                .contains("name='a'")
                .contains("eds_cluster_config");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aListenerThatTheGatewayCannotServeIsRefused(boolean delta) {
        // Given
        var rig = new Rig(delta, null).start();
        rig.server.put(ResourceType.ROUTES, "r", Rig.routes("r", 201));
        rig.server.put(ResourceType.LISTENER, "l", Rig.listener("l", 1000, "r"));
        rig.settle();
        // When
        rig.listenerFailures.put("l", "address in use");
        rig.server.put(ResourceType.LISTENER, "l", Rig.listener("l", 2000, "r"));
        rig.settle();
        // Then
        assertThat(rig.server.refusals()).anyMatch(text -> text.contains("address in use"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsWrongWithAListenerIsNotSaidOfTheRoutesThatAnotherOneWaitsFor(boolean delta) {
        // Given: a listener that cannot be served, and is refused as such
        var rig = new Rig(delta, null).start();
        rig.server.put(ResourceType.ROUTES, "r", Rig.routes("r", 201));
        rig.server.put(ResourceType.LISTENER, "good", Rig.listener("good", 1000, "r"));
        rig.settle();
        rig.listenerFailures.put("bad", "address in use");
        rig.server.put(ResourceType.LISTENER, "bad", Rig.listener("bad", 2000, "r"));
        rig.settle();
        assertThat(rig.server.refusals()).anyMatch(text -> text.contains("address in use"));
        // When the other one goes and comes back, so that its routes are asked for again
        rig.server.remove(ResourceType.LISTENER, "good");
        rig.settle();
        rig.server.put(ResourceType.LISTENER, "good", Rig.listener("good", 1000, "r"));
        rig.settle();
        // Then
        assertThat(rig.listeners()).containsEntry("good", 201);
        String routes = ResourceType.ROUTES.typeUrl();
        assertThat(rig.server.requests())
                .noneMatch(one -> one.getTypeUrl().equals(routes) && one.hasErrorDetail());
        assertThat(rig.server.deltaRequests())
                .noneMatch(one -> one.getTypeUrl().equals(routes) && one.hasErrorDetail());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void garbageEndsTheStreamAndChangesNothing(boolean delta) {
        // Given
        var rig = new Rig(delta, null).start();
        rig.server.put(ResourceType.ENDPOINTS, "a", Rig.endpoints("a", 81));
        rig.server.put(ResourceType.CLUSTER, "a", Rig.cluster("a", 1, true));
        rig.settle();
        // When
        rig.server.sendRaw(new byte[] {(byte) 0xff, 1, 2, 3});
        rig.settle();
        // Then
        assertThat(rig.clusters()).containsEntry("a", "1:81");
        assertThat(rig.log).anyMatch(text -> text.contains("no discovery response"));
        assertThat(rig.server.isConnected()).isTrue();
    }

    @Test
    void resourcesOfAnotherTypeTwiceOrOfGarbageAreRefusedByName() {
        // Given
        var rig = new Rig(false, null).start();
        rig.server.put(ResourceType.ENDPOINTS, "a", Rig.endpoints("a", 81));
        rig.server.put(ResourceType.CLUSTER, "a", Rig.cluster("a", 1, true));
        rig.settle();
        // When
        var garbage =
                Any.newBuilder()
                        .setTypeUrl(ResourceType.CLUSTER.typeUrl())
                        .setValue(ByteString.copyFromUtf8("\u0001\u0002garbage"));
        rig.server.sendRaw(
                DiscoveryResponse.newBuilder()
                        .setTypeUrl(ResourceType.CLUSTER.typeUrl())
                        .setVersionInfo("bad")
                        .setNonce("n")
                        .addResources(Any.pack(Rig.endpoints("x", 1)))
                        .addResources(garbage)
                        .addResources(Any.pack(Rig.cluster("a", 2, true)))
                        .addResources(Any.pack(Rig.cluster("a", 3, true)))
                        .build()
                        .toByteArray());
        rig.settle();
        // Then
        assertThat(rig.clusters()).containsExactly(java.util.Map.entry("a", "1:81"));
        assertThat(rig.server.refusals())
                .first()
                .asString()
                .contains("resources[0]")
                .contains("resources[1]")
                .contains("delivered twice");
    }

    @Test
    void aServerThatSendsWhatWasRefusedAgainAtOnceIsAnsweredMoreAndMoreSlowly() {
        // Given
        var rig = new Rig(false, null).start();
        var bad =
                DiscoveryResponse.newBuilder()
                        .setTypeUrl(ResourceType.CLUSTER.typeUrl())
                        .setVersionInfo("bad")
                        .addResources(Any.pack(Rig.cluster("a", 2, false)));
        // When
        for (int i = 0; i < 50; i++) {
            rig.server.sendRaw(bad.setNonce("n" + i).build().toByteArray());
        }
        rig.control.advance(Duration.ofMillis(400));
        // Then
        assertThat(rig.server.refusals()).hasSizeBetween(1, 5);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void withTheServerAwayARestartServesTheLastGoodResources(boolean delta) {
        // Given
        Path file = folder.resolve("cache");
        var before = new Rig(delta, file).start();
        fill(before);
        // When
        var after = new Rig(delta, file);
        after.server.disconnect(false);
        after.start();
        // Then
        assertThat(after.clusters()).containsEntry("a", "1:81");
        assertThat(after.listeners()).containsEntry("l", 201);
        // and what the server says then counts
        fill(after);
        after.server.put(ResourceType.ROUTES, "r", Rig.routes("r", 202));
        after.server.comeBack();
        after.settle();
        assertThat(after.listeners()).containsEntry("l", 202);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatTheServerRemovedWhileThisOneWasAwayGoesWhenItIsHeardAgain(boolean silentAtFirst) {
        // Given a server that sends differences, and something on disk that it no longer has
        Path file = folder.resolve("cache");
        var before = new Rig(true, file).start();
        fill(before);
        before.server.put(ResourceType.ENDPOINTS, "gone", Rig.endpoints("gone", 82));
        before.server.put(ResourceType.CLUSTER, "gone", Rig.cluster("gone", 2, true));
        before.settle();
        var after = new Rig(true, file);
        after.server.hang(silentAtFirst);
        if (!silentAtFirst) {
            after.server.disconnect(false);
        }
        after.start();
        assertThat(after.clusters()).containsOnlyKeys("a", "gone");
        // When
        fill(after);
        after.server.hang(false);
        after.server.comeBack();
        after.server.put(ResourceType.CLUSTER, "a", Rig.cluster("a", 4, true));
        after.settle();
        // Then
        assertThat(after.clusters()).containsExactly(java.util.Map.entry("a", "4:81"));
        assertThat(after.listeners()).containsEntry("l", 201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"truncated", "damaged", "of another node", "of another format"})
    void aBadCacheFileIsNotUsedAndSaidSo(String how) throws IOException {
        // Given
        Path file = folder.resolve("cache");
        fill(new Rig(false, file).start());
        byte[] octets = Files.readAllBytes(file);
        switch (how) {
            case "truncated" ->
                    Files.write(file, java.util.Arrays.copyOf(octets, octets.length / 2));
            case "damaged" -> {
                octets[octets.length / 2]++;
                Files.write(file, octets);
            }
            case "of another format" -> {
                octets[7]++;
                Files.write(file, octets);
            }
            default -> {}
        }
        // When
        var after = new Rig(false, file, how.equals("of another node") ? "other" : "node");
        after.server.disconnect(false);
        after.start();
        // Then
        assertThat(after.clusters()).isEmpty();
        assertThat(after.log).anyMatch(text -> text.contains("are not used"));
    }

    @Test
    void aDiskThatTakesNothingIsSaidSoAndServingGoesOn() throws IOException {
        // Given
        Path notAFolder = Files.writeString(folder.resolve("file"), "");
        var rig = new Rig(false, notAFolder.resolve("cache")).start();
        // When
        fill(rig);
        // Then
        assertThat(rig.listeners()).containsEntry("l", 201);
        assertThat(rig.log).anyMatch(text -> text.contains("cannot be written"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullDiskKeepsTheFileBeforeAndIsWrittenWhenThereIsRoomAgain() throws IOException {
        // Given
        Path file = folder.resolve("cache");
        Path next = folder.resolve("cache.next");
        var rig = new Rig(false, file).start();
        fill(rig);
        byte[] before = Files.readAllBytes(file);
        // When what is written goes to a device that is full
        Files.createSymbolicLink(next, Path.of("/dev/full"));
        rig.server.put(ResourceType.ROUTES, "r", Rig.routes("r", 202));
        rig.settle();
        // Then
        assertThat(rig.listeners()).containsEntry("l", 202);
        assertThat(rig.log).anyMatch(text -> text.contains("No space left on device"));
        assertThat(file).hasBinaryContent(before);
        assertThat(next).doesNotExist();
        // and when there is room again
        rig.server.put(ResourceType.ROUTES, "r", Rig.routes("r", 203));
        rig.settle();
        var after = new Rig(false, file);
        after.server.disconnect(false);
        after.start();
        assertThat(after.listeners()).containsEntry("l", 203);
    }

    @Test
    void aNewStreamTellsTheServerWhichVersionsAreHere() {
        // Given
        var rig = new Rig(true, null).start();
        fill(rig);
        int before = rig.server.deltaRequests().size();
        // When
        rig.server.disconnect(true);
        rig.settle();
        // Then
        var first = rig.server.deltaRequests().get(before);
        assertThat(first.getInitialResourceVersionsMap()).containsKey("a");
        assertThat(first.hasNode()).isTrue();
        assertThat(rig.server.deltaRequests().get(before + 1).hasNode()).isFalse();
    }

    private static void fill(Rig rig) {
        rig.server.put(ResourceType.ENDPOINTS, "a", Rig.endpoints("a", 81));
        rig.server.put(ResourceType.CLUSTER, "a", Rig.cluster("a", 1, true));
        rig.server.put(ResourceType.ROUTES, "r", Rig.routes("r", 201));
        rig.server.put(ResourceType.LISTENER, "l", Rig.listener("l", 1000, "r"));
        rig.settle();
    }
}
