package dev.prefstream.embedded;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** Kafka's settings for one small broker that is its own controller. */
final class BrokerSettings {

  static final int NODE_ID = 1;
  static final String CONTROLLER_LISTENER = "CONTROLLER";

  private static final int MIB = 1 << 20;

  private BrokerSettings() {}

  /**
   * @param extra further broker properties; they win over those set here
   */
  static Properties of(Path logDir, int clientPort, int controllerPort, Map<String, String> extra) {
    Properties p = new Properties();
    network(p, clientPort, controllerPort);
    oneReplica(p);
    smallDisk(p, logDir);
    smallHeap(p);
    quick(p);
    extra.forEach(p::setProperty);
    return p;
  }

  private static void network(Properties p, int clientPort, int controllerPort) {
    String host = BoundSockets.HOST;
    p.setProperty("process.roles", "broker,controller");
    p.setProperty("node.id", Integer.toString(NODE_ID));
    p.setProperty(
        "listeners",
        "PLAINTEXT://%s:%d,%s://%s:%d"
            .formatted(host, clientPort, CONTROLLER_LISTENER, host, controllerPort));
    p.setProperty("advertised.listeners", "PLAINTEXT://%s:%d".formatted(host, clientPort));
    p.setProperty("inter.broker.listener.name", "PLAINTEXT");
    p.setProperty("controller.listener.names", CONTROLLER_LISTENER);
    p.setProperty(
        "listener.security.protocol.map", CONTROLLER_LISTENER + ":PLAINTEXT,PLAINTEXT:PLAINTEXT");
    p.setProperty("controller.quorum.voters", "%d@%s:%d".formatted(NODE_ID, host, controllerPort));
    p.setProperty("message.max.bytes", Integer.toString(12 * MIB));
    p.setProperty("auto.create.topics.enable", "false");
  }

  private static void oneReplica(Properties p) {
    p.setProperty("default.replication.factor", "1");
    p.setProperty("min.insync.replicas", "1");
    p.setProperty("offsets.topic.replication.factor", "1");
    p.setProperty("offsets.topic.num.partitions", "4");
    p.setProperty("transaction.state.log.replication.factor", "1");
    p.setProperty("transaction.state.log.min.isr", "1");
    p.setProperty("transaction.state.log.num.partitions", "4");
    p.setProperty("share.coordinator.state.topic.replication.factor", "1");
    p.setProperty("share.coordinator.state.topic.min.isr", "1");
    p.setProperty("share.coordinator.state.topic.num.partitions", "4");
  }

  /** Topics of the catalogue set their own retention; this is for the others. */
  private static void smallDisk(Properties p, Path logDir) {
    p.setProperty("log.dirs", logDir.toString());
    p.setProperty("log.retention.hours", "168");
    p.setProperty("log.segment.bytes", Integer.toString(64 * MIB));
    // Kafka makes an index as large as this for every partition's open segment.
    p.setProperty("log.index.size.max.bytes", Integer.toString(MIB));
    p.setProperty("offsets.topic.segment.bytes", Integer.toString(16 * MIB));
    p.setProperty("transaction.state.log.segment.bytes", Integer.toString(16 * MIB));
    p.setProperty("metadata.log.segment.bytes", Integer.toString(8 * MIB));
    p.setProperty("metadata.max.retention.bytes", Integer.toString(32 * MIB));
  }

  private static void smallHeap(Properties p) {
    // Kafka's own default is 128 MiB, taken at start and held.
    p.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(8 * MIB));
    p.setProperty("socket.request.max.bytes", Integer.toString(64 * MIB));
    p.setProperty("queued.max.request.bytes", Integer.toString(64 * MIB));
    p.setProperty("num.network.threads", "2");
    p.setProperty("num.io.threads", "4");
    p.setProperty("background.threads", "2");
    p.setProperty("num.recovery.threads.per.data.dir", "2");
  }

  /** Short waits: everything is in one process. */
  private static void quick(Properties p) {
    // Only guards against a start that hangs; a very busy machine has needed a minute.
    p.setProperty("initial.broker.registration.timeout.ms", "240000");
    p.setProperty("group.initial.rebalance.delay.ms", "0");
    p.setProperty("group.min.session.timeout.ms", "1000");
    p.setProperty("group.consumer.min.session.timeout.ms", "1000");
    p.setProperty("group.consumer.min.heartbeat.interval.ms", "500");
    // How often it looks whether the transaction before is through; the default is 20 ms.
    p.setProperty("add.partitions.to.txn.retry.backoff.ms", "2");
    // Transactions of a killed process end soon after their timeout; the default looks every 10 s.
    p.setProperty("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
  }
}
