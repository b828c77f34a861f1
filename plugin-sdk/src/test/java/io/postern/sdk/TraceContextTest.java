package io.postern.sdk;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceContextTest {
    private static final String WHOLE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "traceparent | 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 | 01",
                "traceparent | 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00 | 00",
                "traceparent | 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03 | 01",
                "traceparent | cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-later | 01",
                "b3 | 0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1 | 01",
                "b3 | 0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-d-05e3ac9a4f6e3b90 | 01",
                "b3 | 0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0 | 00",
                "b3 | 0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331 | 00",
            })
    void readsWhatRequestsCarry(String header, String value, String flags) {
        var context = requireNonNull(TraceContext.of(HeaderMap.of(header, value)));
        assertThat(context.traceparent()).isEqualTo(WHOLE + flags);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "traceparent | 00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "traceparent | 00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "traceparent | 00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "traceparent | ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "traceparent | 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "traceparent | 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                "traceparent | nonsense",
                "b3 | 0",
                "b3 | -",
                "b3 | 0af7651916cd43dd8448eb211c80319c-",
                "x-b3-traceid | 0af7651916cd43dd",
            })
    void takesNothingThatIsMalformed(String header, String value) {
        assertThat(TraceContext.of(HeaderMap.of(header, value))).isNull();
    }

    @ParameterizedTest
    @CsvSource({"x-b3-sampled, 1, 01", "x-b3-sampled, 0, 00", "x-b3-flags, 1, 01"})
    void readsB3InSeveralHeadersWithAShortTraceId(String header, String value, String flags) {
        var head =
                HeaderMap.of(
                        "x-b3-traceid",
                        "8448eb211c80319c",
                        "x-b3-spanid",
                        "b7ad6b7169203331",
                        header,
                        value);
        var context = requireNonNull(TraceContext.of(head));
        assertThat(context.traceparent())
                .isEqualTo("00-00000000000000008448eb211c80319c-b7ad6b7169203331-" + flags);
    }
}
