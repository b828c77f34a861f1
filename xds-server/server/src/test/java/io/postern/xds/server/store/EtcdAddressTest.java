package io.postern.xds.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EtcdAddressTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    etcd://127.0.0.1:2379           | 127.0.0.1:2379         | /postern/
                    etcd://a.example                | a.example:2379         | /postern/
                    etcd://a:1,b:2,[::1]:3/         | a:1 b:2 [::1]:3        | /postern/
                    etcd://a:1/edge                 | a:1                    | /edge/
                    etcd://a:1/company/edge-1/      | a:1                    | /company/edge-1/
                    """)
    void readsMembersAndPrefix(String text, String members, String prefix) {
        EtcdAddress address = EtcdAddress.parse(text, null);
        assertThat(String.join(" ", address.members().stream().map(Object::toString).toList()))
                .isEqualTo(members);
        assertThat(address.prefix()).isEqualTo(prefix);
        assertThat(EtcdAddress.parse(address.toString(), null)).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "etcd://",
                "etcd:///x",
                "etcd://a:0",
                "etcd://a:65536",
                "etcd://a:1,,b:2",
                "etcd://a:1/b c",
                "etcd://user@a:1",
                "http://a:1"
            })
    void refusesWhatItDoesNotUnderstand(String text) {
        assertThatThrownBy(() -> EtcdAddress.parse(text, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: etcd://HOST:PORT");
    }
}
