package io.postern.app.differential;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * HPACK (RFC 7541) of one connection, with nothing validated. The encoder is used under the
 * connection's monitor, the decoder by its reader.
 */
final class Hpack {
    private static final long LIST_LIMIT_BYTES = 1 << 20;

    private final DefaultHttp2HeadersEncoder encoder =
            new DefaultHttp2HeadersEncoder(Http2HeadersEncoder.NEVER_SENSITIVE, true);
    private final DefaultHttp2HeadersDecoder decoder =
            new DefaultHttp2HeadersDecoder(false, LIST_LIMIT_BYTES);

    byte[] encode(int streamId, List<Header> headers) throws IOException {
        Http2Headers block = new DefaultHttp2Headers(false);
        for (Header header : headers) {
            block.add(new AsciiString(header.name()), new AsciiString(header.value()));
        }
        ByteBuf buffer = Unpooled.buffer();
        try {
            encoder.encodeHeaders(streamId, block, buffer);
            return ByteBufUtil.getBytes(buffer);
        } catch (Http2Exception e) {
            throw new IOException(e);
        }
    }

    List<Header> decode(int streamId, byte[] block) throws IOException {
        List<Header> headers = new ArrayList<>();
        try {
            for (Map.Entry<CharSequence, CharSequence> field :
                    decoder.decodeHeaders(streamId, Unpooled.wrappedBuffer(block))) {
                headers.add(new Header(field.getKey().toString(), field.getValue().toString()));
            }
        } catch (Http2Exception e) {
            throw new IOException(e);
        }
        return headers;
    }

    /** Obeys the peer's SETTINGS_HEADER_TABLE_SIZE. */
    void limitTable(int bytes) throws IOException {
        try {
            encoder.configuration().maxHeaderTableSize(Math.min(bytes, 4096));
        } catch (Http2Exception e) {
            throw new IOException(e);
        }
    }
}
