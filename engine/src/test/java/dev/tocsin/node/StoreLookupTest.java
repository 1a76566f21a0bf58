package dev.tocsin.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.event.Json;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.data.Address;
import dev.tocsin.fabric.data.PlainJson;
import dev.tocsin.fabric.data.Subnet;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.store.Expiry;
import dev.tocsin.fabric.store.Mutation;
import dev.tocsin.fabric.store.StoreNode;
import dev.tocsin.process.LookupCounts;
import dev.tocsin.process.LookupMatch;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What a lookup finds in a store of each kind, and that it never says what is no longer so. */
class StoreLookupTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    private Path directory;
    private @Nullable Hub hub;
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    private StoreNode store(String backend) {
        hub = new Hub("n", directory.resolve("spill"));
        opened.add(hub);
        StoreNode.Settings settings = StoreNode.Settings.MEMORY;
        StoreNode node = StoreNode.local(hub, "t", backend.equals("sqlite")
                ? settings.in(directory.resolve("t.db"))
                : settings);
        opened.add(node);
        return node;
    }

    private StoreLookup lookup(StoreNode store, LookupMatch match) {
        SubnetIndex subnets = match == LookupMatch.SUBNET ? new SubnetIndex() : null;
        if (subnets != null) {
            opened.add(store.watch(subnets));
            await().atMost(SOON).until(subnets::isReady);
        }
        return new StoreLookup(store, match, subnets, new LookupCounts(), () -> true, InstantSource.system());
    }

    private static void put(StoreNode store, String key, String json) {
        put(store, Value.of(key), json);
    }

    private static void put(StoreNode store, Value key, String json) {
        store.put(key, PlainJson.read(Json.read(json)), SOON).join();
    }

    private static String found(StoreLookup lookup, String text) {
        JsonNode json = lookup.find(text);
        return json == null ? "nothing" : json.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "sqlite"})
    void exactIsAsItIsWrittenAndTheSameAddressOrNumberInAnotherForm(String backend) {
        StoreNode store = store(backend);
        put(store, "10.0.0.5", "{\"owner\":\"ann\",\"n\":1}");
        put(store, "2001:db8::1", "\"six\"");
        put(store, Address.parse("10.0.0.6").orElseThrow(), "\"typed\"");
        put(store, Value.count(443), "\"https\"");
        put(store, "Ann", "true");
        StoreLookup lookup = lookup(store, LookupMatch.EXACT);
        assertThat(found(lookup, "10.0.0.5")).isEqualTo("{\"n\":1,\"owner\":\"ann\"}");
        assertThat(found(lookup, "2001:0DB8:0::1")).isEqualTo("\"six\"");
        assertThat(found(lookup, "10.0.0.6")).isEqualTo("\"typed\"");
        assertThat(found(lookup, "443")).isEqualTo("\"https\"");
        assertThat(found(lookup, "Ann")).isEqualTo("true");
        assertThat(found(lookup, "ann")).isEqualTo("nothing");
        assertThat(found(lookup, "x".repeat(5_000))).isEqualTo("nothing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "sqlite"})
    void whatChangedIsSeenAtOnceAlsoWhereNothingWasBefore(String backend) {
        StoreNode store = store(backend);
        StoreLookup lookup = lookup(store, LookupMatch.LOWER);
        assertThat(found(lookup, "ANN")).isEqualTo("nothing");
        for (int i = 0; i < 20; i++) {
            put(store, "ann", Integer.toString(i));
            assertThat(found(lookup, "Ann")).isEqualTo(Integer.toString(i));
        }
        store.mutate(Mutation.erase(Value.of("ann")), SOON).join();
        assertThat(found(lookup, "Ann")).isEqualTo("nothing");
        put(store, "ann", "1");
        store.mutate(Mutation.clear(), SOON).join();
        assertThat(found(lookup, "Ann")).isEqualTo("nothing");
    }

    @Test
    void whoChangesWhatItGotDoesNotChangeItForOthers() {
        StoreNode store = store("memory");
        put(store, "a", "{\"b\":[1]}");
        StoreLookup lookup = lookup(store, LookupMatch.EXACT);
        ((tools.jackson.databind.node.ObjectNode) lookup.find("a")).remove("b");
        assertThat(found(lookup, "a")).isEqualTo("{\"b\":[1]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "sqlite"})
    void theLongestPrefixWins(String backend) {
        StoreNode store = store(backend);
        put(store, "10.0.0.0/8", "\"all\"");
        put(store, "10.1.0.0/16", "\"site\"");
        put(store, Subnet.parse("10.1.2.0/24").orElseThrow(), "\"room\"");
        put(store, "10.1.2.3", "\"desk\"");
        put(store, "::/0", "\"six\"");
        put(store, "no network", "\"never\"");
        StoreLookup lookup = lookup(store, LookupMatch.SUBNET);
        assertThat(found(lookup, "10.1.2.3")).isEqualTo("\"desk\"");
        assertThat(found(lookup, "::ffff:10.1.2.3")).isEqualTo("\"desk\"");
        assertThat(found(lookup, "10.1.2.4")).isEqualTo("\"room\"");
        assertThat(found(lookup, "10.1.3.4")).isEqualTo("\"site\"");
        assertThat(found(lookup, "10.2.3.4")).isEqualTo("\"all\"");
        assertThat(found(lookup, "192.0.2.1")).isEqualTo("nothing");
        assertThat(found(lookup, "fe80::1%eth0")).isEqualTo("\"six\"");
        assertThat(found(lookup, "no network")).isEqualTo("nothing");
        store.mutate(Mutation.erase(Value.of("10.1.2.3")), SOON).join();
        store.mutate(Mutation.erase(Value.of("10.1.0.0/16")), SOON).join();
        assertThat(found(lookup, "10.1.2.3")).isEqualTo("\"room\"");
        assertThat(found(lookup, "10.1.3.4")).isEqualTo("\"all\"");
        put(store, "192.0.2.0/24", "\"new\"");
        await().atMost(SOON).until(() -> found(lookup, "192.0.2.1").equals("\"new\""));
        store.mutate(Mutation.clear(), SOON).join();
        assertThat(found(lookup, "10.1.2.3")).isEqualTo("nothing");
    }

    @Test
    void aNameIsAlsoFoundByTheNamesAboveIt() {
        StoreNode store = store("memory");
        put(store, "evil.example", "\"bad\"");
        put(store, "good.evil.example", "\"good\"");
        StoreLookup lookup = lookup(store, LookupMatch.DOMAIN);
        assertThat(found(lookup, "WWW.Evil.Example.")).isEqualTo("\"bad\"");
        assertThat(found(lookup, "evil.example")).isEqualTo("\"bad\"");
        assertThat(found(lookup, "a.good.evil.example")).isEqualTo("\"good\"");
        assertThat(found(lookup, "notevil.example")).isEqualTo("nothing");
        assertThat(found(lookup, "example")).isEqualTo("nothing");
        assertThat(found(lookup, "a.".repeat(100) + "evil.example")).isEqualTo("nothing");
        assertThat(found(lookup, ".")).isEqualTo("nothing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "sqlite"})
    void whatHasExpiredIsNotToldAnyMore(String backend) {
        StoreNode store = store(backend);
        store.mutate(Mutation.put(Value.of("a"), Value.of("b")).with(Expiry.after(Duration.ofMillis(400))), SOON)
                .join();
        StoreLookup lookup = lookup(store, LookupMatch.EXACT);
        found(lookup, "a");
        await().atMost(SOON).until(() -> found(lookup, "a").equals("nothing"));
    }

    @Test
    void whatNoEventCanCarryIsAFailureAndNoAnswer() {
        StoreNode store = store("memory");
        put(store, "a", "\"" + "x".repeat(20_000) + "\"");
        StoreLookup lookup = lookup(store, LookupMatch.EXACT);
        assertThatThrownBy(() -> lookup.find("a")).hasMessageContaining("larger than 16384 bytes");
    }
}
