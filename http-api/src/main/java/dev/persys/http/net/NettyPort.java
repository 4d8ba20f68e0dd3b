package dev.persys.http.net;

import dev.persys.http.KeepAlive;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A port that listens, with a thread that does nothing but accept, and one that waits for all its sockets: where
 * connections come faster than they are accepted, the kernel's queue overflows, and clients then wait for many seconds or
 * are reset. Sockets are read when that is asked for, one piece at a time.
 */
final class NettyPort {
    /** The kernel has a bound of its own, net.core.somaxconn, and the lower one holds. */
    private static final int BACKLOG = 4096;

    /**
     * Bytes that the kernel keeps for a client that does not read, which would otherwise be megabytes: enough for two
     * megabytes a second over a continent.
     */
    private static final int SEND_BUFFER_BYTES = 128 * 1024;

    /** Read at a time: a head, and the most of what follows it. */
    private static final int READ_BYTES = 16 * 1024;

    /** Without anything to do until the thread ends, and until it ends in any case. */
    private static final long QUIET_MILLIS = 100;

    private static final long END_MILLIS = 1000;

    private final EventLoopGroup accepting;
    private final EventLoopGroup moving;
    private final Channel server;

    private NettyPort(EventLoopGroup accepting, EventLoopGroup moving, Channel server) {
        this.accepting = accepting;
        this.moving = moving;
        this.server = server;
    }

    /**
     * Listens.
     *
     * @param name of its threads
     * @param handler takes over each connection; it must not block
     */
    static NettyPort bind(String name, InetSocketAddress address, Consumer<SocketChannel> handler) throws IOException {
        EventLoopGroup accepting = thread("persys-http-accept-" + name);
        EventLoopGroup moving = thread("persys-http-" + name);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(accepting, moving)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_SNDBUF, SEND_BUFFER_BYTES)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(1))
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        handler.accept(channel);
                    }
                });
        KeepAlive.OPTIONS.forEach((option, value) -> bootstrap.childOption(NioChannelOption.of(option), value));
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        NettyPort port = new NettyPort(accepting, moving, bound.channel());
        if (!bound.isSuccess()) {
            port.end();
            throw new IOException(bound.cause().getMessage(), bound.cause());
        }
        return port;
    }

    private static EventLoopGroup thread(String name) {
        return new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    /** Takes no more connections. */
    void close() {
        var unused = server.close().awaitUninterruptibly();
    }

    /** Lets what was begun be done, closes what is left, and ends the threads. */
    void end() {
        var unused = accepting.shutdownGracefully(0, END_MILLIS, TimeUnit.MILLISECONDS);
        unused = moving.shutdownGracefully(QUIET_MILLIS, END_MILLIS, TimeUnit.MILLISECONDS);
    }
}
