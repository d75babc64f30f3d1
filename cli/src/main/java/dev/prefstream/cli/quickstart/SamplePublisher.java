package dev.prefstream.cli.quickstart;

import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.Response;
import dev.prefstream.schemas.avro.Ticket;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Publishes sample traffic at a steady rate on a thread of its own until it is closed. */
final class SamplePublisher implements AutoCloseable {

  private static final int REMEMBERED_SUBJECTS = 1_000;

  private final Installation installation;
  private final SampleTraffic traffic;
  private final LiveCounts live;
  private final long nanosBetween;
  private final Producer<String, byte[]> producer;
  private final Serializer<Ticket> tickets;
  private final Serializer<Response> responses;
  private final Thread thread = new Thread(this::run, "sample-traffic");
  private final Map<String, String> subjects =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > REMEMBERED_SUBJECTS;
        }
      };

  /**
   * @param ratePerSecond tickets a second, above 0
   */
  SamplePublisher(
      Installation installation, SampleTraffic traffic, LiveCounts live, double ratePerSecond) {
    this.installation = installation;
    this.traffic = traffic;
    this.live = live;
    this.nanosBetween = (long) (Duration.ofSeconds(1).toNanos() / ratePerSecond);
    Map<String, Object> config = installation.clientConfig();
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    this.producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    this.tickets = installation.serializer(Topics.TICKETS);
    this.responses = installation.serializer(Topics.RESPONSES);
  }

  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /** Subject of one of the last thousand tickets. */
  Optional<String> subject(String ticketId) {
    synchronized (subjects) {
      return Optional.ofNullable(subjects.get(ticketId));
    }
  }

  private void run() {
    long due = System.nanoTime();
    while (!Thread.currentThread().isInterrupted()) {
      long early = due - System.nanoTime();
      if (early > 0) {
        LockSupport.parkNanos(early);
        continue;
      }
      due += nanosBetween;
      publish(traffic.next(Instant.now()));
    }
  }

  private void publish(SampleTraffic.Sample sample) {
    String id = sample.ticket().getTicketId();
    synchronized (subjects) {
      subjects.put(id, sample.ticket().getSubject());
    }
    send(Topics.TICKETS, id, tickets.serialize(installation.name(Topics.TICKETS), sample.ticket()));
    for (Response response : sample.responses()) {
      send(
          Topics.RESPONSES, id, responses.serialize(installation.name(Topics.RESPONSES), response));
    }
    live.published.increment();
  }

  private void send(Topic<?> topic, String key, byte[] value) {
    producer.send(new ProducerRecord<>(installation.name(topic), key, value));
  }

  /** Stops publishing; what was sent is on the topics when this returns. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close(Duration.ofSeconds(5));
  }
}
