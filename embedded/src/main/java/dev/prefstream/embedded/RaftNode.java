package dev.prefstream.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.storage.internals.checkpoint.CleanShutdownFileHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka's broker and controller, put together as {@link KafkaRaftServer} does it, with our sockets
 * and fault handlers in place of those that it fixes.
 */
final class RaftNode {

  /** How long the controller may take to let the broker go; it needs milliseconds. */
  private static final Duration HAND_OVER = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(RaftNode.class);

  private final ControllerServer controller;
  private final BrokerServer broker;

  private RaftNode(ControllerServer controller, BrokerServer broker) {
    this.controller = controller;
    this.broker = broker;
  }

  /** Blocks until the broker serves. On a failure everything it began is stopped again. */
  static RaftNode start(KafkaConfig config, BrokerFaults faults, BoundSockets sockets) {
    var logDirs = KafkaRaftServer.initializeLogDirs(config, log, "");
    SharedServer shared =
        new SharedServer(
            config,
            logDirs._1(),
            Time.SYSTEM,
            Server.initializeMetrics(config, Time.SYSTEM, logDirs._1().clusterId().orElseThrow()),
            CompletableFuture.completedFuture(
                QuorumConfig.parseVoterConnections(config.quorumConfig().voters())),
            QuorumConfig.parseBootstrapServers(config.quorumConfig().bootstrapServers()),
            faults,
            sockets);
    RaftNode node =
        new RaftNode(
            new ControllerServer(shared, KafkaRaftServer.configSchema(), logDirs._2()),
            new BrokerServer(shared));
    boolean killed = wasKilled(Path.of(config.metadataLogDir()));
    node.controller.startup();
    try {
      if (killed) {
        forgetKilledBroker(sockets.controllerPort());
      }
      node.broker.startup();
    } catch (Throwable e) {
      node.controller.shutdown();
      throw e;
    }
    return node;
  }

  /** Blocks until stopped. The broker goes first, because it tells the controller. */
  void stop() {
    broker.shutdown(HAND_OVER);
    controller.shutdown();
  }

  /** Whether the folder was in use before and not left in order. */
  private static boolean wasKilled(Path logDir) {
    return Files.exists(logDir.resolve("__cluster_metadata-0"))
        && !Files.exists(logDir.resolve(CleanShutdownFileHandler.CLEAN_SHUTDOWN_FILE_NAME));
  }

  /**
   * Tells the controller that the broker it remembers is gone. It would find out when that one's
   * session ends, 9 s after its own start, and let no new one in meanwhile.
   */
  private static void forgetKilledBroker(int controllerPort) {
    try (Admin admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_CONTROLLERS_CONFIG,
                BoundSockets.HOST + ":" + controllerPort))) {
      admin
          .unregisterBroker(BrokerSettings.NODE_ID)
          .all()
          .get(HAND_OVER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // Killed before it was registered, or it waits out the session.
      log.atInfo().setCause(e).log("the controller does not forget the killed broker");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
