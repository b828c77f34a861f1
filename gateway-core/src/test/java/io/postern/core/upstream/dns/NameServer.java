package io.postern.core.upstream.dns;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A name server for one test: A and AAAA records by name, silence for names that hang. */
final class NameServer implements AutoCloseable {
    /** Records of one name; {@code ips} of both families. */
    record Zone(long ttl, List<byte[]> ips) {}

    final Map<String, Zone> zones = new ConcurrentHashMap<>();
    private final Channel channel;

    NameServer(EventLoopGroup loops) {
        channel =
                new Bootstrap()
                        .group(loops)
                        .channel(NioDatagramChannel.class)
                        .handler(new Start())
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .syncUninterruptibly()
                        .channel();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
    }

    private final class Start extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel made) {
            made.pipeline()
                    .addLast(
                            new DatagramDnsQueryDecoder(),
                            new DatagramDnsResponseEncoder(),
                            new Answers());
        }
    }

    private final class Answers extends SimpleChannelInboundHandler<DatagramDnsQuery> {
        @Override
        protected void channelRead0(ChannelHandlerContext from, DatagramDnsQuery query) {
            DnsQuestion question = query.recordAt(DnsSection.QUESTION);
            String name = question.name();
            if (name.startsWith("silent.")) {
                return;
            }
            Zone zone = zones.get(name);
            DnsResponseCode code =
                    zone == null ? DnsResponseCode.NXDOMAIN : DnsResponseCode.NOERROR;
            if (name.startsWith("broken.")) {
                code = DnsResponseCode.SERVFAIL;
            }
            DatagramDnsResponse answer =
                    new DatagramDnsResponse(query.recipient(), query.sender(), query.id());
            answer.setCode(code);
            answer.addRecord(DnsSection.QUESTION, new DefaultDnsQuestion(name, question.type()));
            if (zone != null) {
                int length = question.type().equals(DnsRecordType.A) ? 4 : 16;
                for (byte[] ip : zone.ips()) {
                    if (ip.length == length) {
                        answer.addRecord(
                                DnsSection.ANSWER,
                                new DefaultDnsRawRecord(
                                        name,
                                        question.type(),
                                        zone.ttl(),
                                        Unpooled.copiedBuffer(ip)));
                    }
                }
            }
            var _ = from.writeAndFlush(answer);
        }
    }
}
