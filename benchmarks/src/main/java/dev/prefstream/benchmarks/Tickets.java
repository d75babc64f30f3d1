package dev.prefstream.benchmarks;

import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.Ticket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Publishes numbered tickets and takes the time until each one's first decision arrives. A ticket's
 * time begins when it was due to be published, not when the publisher got round to it, so that a
 * publisher that is held up does not make latency look better.
 *
 * <p>One thread publishes, one other gives decisions.
 */
final class Tickets implements AutoCloseable {

  private static final int MOST_UNDER_WAY = 1 << 18;

  /** The later stages commit after a while, one after the other: so many times as much waits. */
  private static final int BEHIND = 4;

  /** Keep a fast pipeline busy. */
  static final int MANY_AHEAD = 4_000;

  /** Each with a region of its own, so that drift watches as many segments. */
  private static final String[] TENANTS = {"acme", "borealis", "cobalt", "default", "ember"};

  private static final String[] REGIONS = {"US", "DE", "JP", "GB", "BR"};

  private final KafkaProducer<byte[], byte[]> producer;
  private final Serializer<Ticket> serializer;
  private final String topic;
  private final List<TicketTexts.Text> texts;
  private final int ahead;
  private final AtomicLongArray dueNanos = new AtomicLongArray(MOST_UNDER_WAY);
  private final LongAdder decided = new LongAdder();
  private final Histogram latency = new Histogram(60_000_000L, 3);
  private volatile boolean measuring;
  private volatile boolean stopped;
  private volatile long published;

  Tickets(
      KafkaProducer<byte[], byte[]> producer,
      Installation installation,
      List<TicketTexts.Text> texts,
      int ahead) {
    this.ahead = ahead;
    this.producer = producer;
    this.serializer = installation.serializer(Topics.TICKETS);
    this.topic = installation.name(Topics.TICKETS);
    this.texts = texts;
  }

  /**
   * Onto the topic of tickets.
   *
   * @param ahead most tickets that {@link #saturate} publishes ahead of decisions
   */
  static Tickets of(BenchCluster cluster, Shipped shipped, int ahead) {
    return new Tickets(cluster.producer(5), cluster.installation(), shipped.texts(), ahead);
  }

  /**
   * Publishes as fast as decisions come and the stages after them go on, until {@link #stop}.
   *
   * @param processed by those stages
   */
  void saturate(LongSupplier processed) {
    while (!stopped) {
      if (published - decided.sum() >= ahead
          || published - processed.getAsLong() >= (long) BEHIND * ahead) {
        LockSupport.parkNanos(1_000_000);
      } else {
        publish(System.nanoTime());
      }
    }
  }

  /** Publishes at an even rate for as long. */
  void pace(double perSecond, Duration time) {
    long begun = System.nanoTime();
    long count = (long) (perSecond * time.toNanos() / 1e9);
    for (long i = 0; i < count && !stopped; i++) {
      long due = begun + (long) (i / perSecond * 1e9);
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      publish(due);
    }
  }

  private void publish(long due) {
    long number = published;
    TicketTexts.Text text = texts.get((int) (number % texts.size()));
    int tenant = (int) (number % TENANTS.length);
    String id = "t" + number;
    Ticket ticket =
        Ticket.newBuilder()
            .setTicketId(id)
            .setTenantId(TENANTS[tenant])
            .setSubject(text.subject())
            .setBody(text.body())
            .setRegion(REGIONS[tenant])
            .setLanguage("en")
            .setCreatedAt(Instant.now())
            .build();
    dueNanos.set((int) (number % MOST_UNDER_WAY), due);
    producer.send(
        new ProducerRecord<>(
            topic, id.getBytes(StandardCharsets.UTF_8), serializer.serialize(topic, ticket)));
    published = number + 1;
  }

  /** Takes a record with a ticket id as key; only the first of each ticket counts. */
  void decided(ConsumerRecord<byte[], byte[]> record) {
    long arrived = System.nanoTime();
    int slot = (int) (number(record.key()) % MOST_UNDER_WAY);
    long due = dueNanos.getAndSet(slot, 0);
    if (due != 0) {
      decided.increment();
      if (measuring) {
        latency.recordValue(Math.min(60_000_000L, Math.max(0, (arrived - due) / 1000)));
      }
    }
  }

  /** Ages of tickets at some place before their decision. One thread says what arrived. */
  final class Arrivals {

    private final Histogram ages = new Histogram(60_000_000L, 3);

    private Arrivals() {}

    /** The ticket of this key is here now. */
    void arrived(byte[] key) {
      int slot = (int) (number(key) % MOST_UNDER_WAY);
      long due = dueNanos.get(slot);
      if (measuring && due != 0) {
        ages.recordValue(Math.max(0, (System.nanoTime() - due) / 1000));
      }
    }

    /** Percentile of the ages, in milliseconds. */
    double millis(double percentile) {
      return ages.getValueAtPercentile(percentile) / 1e3;
    }
  }

  Arrivals arrivals() {
    return new Arrivals();
  }

  private static long number(byte[] key) {
    long number = 0;
    for (int i = 1; i < key.length; i++) {
      number = number * 10 + key[i] - '0';
    }
    return number;
  }

  /** From now on latencies count, or no longer. */
  void measuring(boolean on) {
    measuring = on;
  }

  /** Begins a new measurement. Only when all are decided. */
  void forgetLatencies() {
    latency.reset();
  }

  /** Ends {@link #saturate} or {@link #pace}. */
  void stop() {
    stopped = true;
  }

  /** Allows another load after {@link #stop}. */
  void again() {
    stopped = false;
  }

  long decisions() {
    return decided.sum();
  }

  long published() {
    return published;
  }

  /** Whether so many tickets of each tenant are decided. */
  boolean eachTenantHas(long tickets) {
    return decided.sum() >= tickets * TENANTS.length;
  }

  boolean allDecided() {
    return decided.sum() == published;
  }

  /** Percentile of the latencies that counted, in milliseconds. Only when all are decided. */
  double latencyMillis(double percentile) {
    return latency.getValueAtPercentile(percentile) / 1e3;
  }

  @Override
  public void close() {
    producer.close();
    serializer.close();
  }
}
