package dev.prefstream.runtime.kafka;

import dev.prefstream.runtime.service.Health;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * Notices that no broker is heard any more. A stage without work would not: it writes nothing, and
 * its polls return nothing whether a broker is idle or away. But a consumer in a group asks for
 * records and sends heartbeats every few seconds whatever the stage does, so bytes come in as long
 * as any broker answers. Connections tell less: the clients count one that is only being tried, and
 * one whose other end hangs.
 *
 * <p>Looks when it is asked, and has no thread of its own. Safe for use by many threads; does not
 * block on a broker.
 */
public final class BrokerContact {

  /**
   * Three of the slowest heartbeats by default, and longer than a member waits for the others when
   * its group is rebalanced: scoring gives what is under way five seconds.
   */
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(15);

  private final Supplier<Map<MetricName, ? extends Metric>> metrics;
  private final String servers;
  private final LongSupplier nanos;
  private long bytes = -1;
  private long heardNanos;

  /**
   * @param metrics of the stage's clients, as Kafka gives them; only those of consumers are read
   */
  public BrokerContact(
      Installation installation, Supplier<Map<MetricName, ? extends Metric>> metrics) {
    this(
        metrics,
        String.valueOf(
            installation.clientConfig().get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)),
        System::nanoTime);
  }

  BrokerContact(
      Supplier<Map<MetricName, ? extends Metric>> metrics, String servers, LongSupplier nanos) {
    this.metrics = metrics;
    this.servers = servers;
    this.nanos = nanos;
  }

  /** The stage's own health, but WAITING where it is READY and no broker is heard. */
  public synchronized Health of(Health own) {
    long now = nanos.getAsLong();
    long received = received();
    if (received != bytes) {
      bytes = received;
      heardNanos = now;
    }
    Duration silence = Duration.ofNanos(now - heardNanos);
    return own.state() == Health.State.READY && silence.compareTo(LONGEST_SILENCE) > 0
        ? Health.waiting(
            "nothing heard from a Kafka broker for %d s (bootstrap servers: %s); goes on by itself when one answers"
                .formatted(silence.toSeconds(), servers))
        : own;
  }

  /** Bytes that the consumers have received; less when one of them was replaced. */
  private long received() {
    return metrics.get().entrySet().stream()
        .filter(
            metric ->
                metric.getKey().group().equals("consumer-metrics")
                    && metric.getKey().name().equals("incoming-byte-total"))
        .mapToLong(metric -> ((Number) metric.getValue().metricValue()).longValue())
        .sum();
  }
}
