package dev.prefstream.embedded;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.raft.QuorumConfig;
import org.slf4j.LoggerFactory;

/**
 * Kafka's broker and controller, put together as {@link KafkaRaftServer} does it, with our sockets
 * and fault handlers in place of those that it fixes.
 */
final class RaftNode {

  /** How long the controller may take to let the broker go; it needs milliseconds. */
  private static final Duration HAND_OVER = Duration.ofSeconds(5);

  private final ControllerServer controller;
  private final BrokerServer broker;

  private RaftNode(ControllerServer controller, BrokerServer broker) {
    this.controller = controller;
    this.broker = broker;
  }

  /** Blocks until the broker serves. On a failure everything it began is stopped again. */
  static RaftNode start(KafkaConfig config, BrokerFaults faults, BoundSockets sockets) {
    var logDirs =
        KafkaRaftServer.initializeLogDirs(config, LoggerFactory.getLogger(RaftNode.class), "");
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
    node.controller.startup();
    try {
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
}
