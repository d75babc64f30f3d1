package dev.prefstream.embedded;

import dev.prefstream.runtime.service.PortInUseException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * The broker's two listening sockets on 127.0.0.1, bound before the broker is built: its
 * configuration can then name the ports that the system chose, and a taken port is known at once.
 */
final class BoundSockets implements ServerSocketFactory, AutoCloseable {

  static final String HOST = "127.0.0.1";
  private static final int BACKLOG = 128;

  private final ServerSocketChannel clients;
  private final ServerSocketChannel controller;

  private BoundSockets(ServerSocketChannel clients, ServerSocketChannel controller) {
    this.clients = clients;
    this.controller = controller;
  }

  /**
   * @param port port for clients; 0 takes a free one. The controller always takes a free one.
   * @throws PortInUseException when {@code port} is taken
   */
  static BoundSockets bind(int port) {
    ServerSocketChannel clients = listen(port);
    try {
      return new BoundSockets(clients, listen(0));
    } catch (RuntimeException e) {
      Utils.closeQuietly(clients, "client socket");
      throw e;
    }
  }

  int clientPort() {
    return clients.socket().getLocalPort();
  }

  int controllerPort() {
    return controller.socket().getLocalPort();
  }

  /** Hands a bound socket to the broker, which closes it when it stops. */
  @Override
  public ServerSocketChannel openServerSocket(
      String listenerName, InetSocketAddress address, int backlog, int receiveBuffer)
      throws IOException {
    if (address.getPort() == clientPort()) {
      return clients;
    }
    if (address.getPort() == controllerPort()) {
      return controller;
    }
    throw new IOException(
        "the embedded broker was asked to listen on %s for %s: it listens on %s:%d and %s:%d only"
            .formatted(address, listenerName, HOST, clientPort(), HOST, controllerPort()));
  }

  @Override
  public void close() {
    Utils.closeQuietly(clients, "client socket");
    Utils.closeQuietly(controller, "controller socket");
  }

  private static ServerSocketChannel listen(int port) {
    ServerSocketChannel channel = null;
    try {
      channel = ServerSocketChannel.open();
      channel.configureBlocking(false);
      channel.socket().bind(new InetSocketAddress(HOST, port), BACKLOG);
      return channel;
    } catch (BindException e) {
      Utils.closeQuietly(channel, "socket");
      throw new PortInUseException(HOST, port, EmbeddedOptions.KAFKA_PORT.key(), e);
    } catch (IOException e) {
      Utils.closeQuietly(channel, "socket");
      throw new EmbeddedFailureException(
          "cannot listen on %s:%d (%s)".formatted(HOST, port, e.getMessage()), e);
    }
  }
}
