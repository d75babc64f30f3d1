package dev.prefstream.benchmarks;

import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.TextStyle;
import dev.prefstream.schemas.avro.TicketContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.IntPredicate;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;

/** Publishes scoring requests for an arm to drain. */
final class Requests implements AutoCloseable {

  private static final byte[] NO_AVRO = {9, 9, 9};
  private static final int STEP_MILLIS = 10;

  private final String topic;
  private final List<TicketTexts.Text> texts;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Serializer<ScoringRequest> serializer;

  private Requests(BenchCluster cluster, List<TicketTexts.Text> texts) {
    this.topic = cluster.installation().name(Topics.SCORING_REQUESTS);
    this.texts = texts;
    this.producer = cluster.producer(20);
    this.serializer = cluster.installation().serializer(Topics.SCORING_REQUESTS);
  }

  /**
   * Fills the topic before an arm starts to drain it.
   *
   * @param from number of the first record
   * @param poison numbers of the records that are bytes without meaning
   */
  static void fill(
      BenchCluster cluster,
      List<TicketTexts.Text> texts,
      int from,
      int count,
      IntPredicate poison) {
    try (Requests requests = new Requests(cluster, texts)) {
      for (int i = from; i < from + count; i++) {
        if (poison.test(i)) {
          requests.send("p" + i, NO_AVRO);
        } else {
          requests.send(i);
        }
      }
    }
  }

  /** Publishes at an even pace while somebody drains. */
  static void trickle(
      BenchCluster cluster, List<TicketTexts.Text> texts, int perSecond, Duration time)
      throws InterruptedException {
    int count = 0;
    long begun = System.nanoTime();
    try (Requests requests = new Requests(cluster, texts)) {
      for (long passed = 0; passed < time.toMillis(); passed += STEP_MILLIS) {
        while (count < passed * perSecond / 1_000) {
          requests.send(count++);
        }
        Thread.sleep(Math.max(0, passed - (System.nanoTime() - begun) / 1_000_000));
      }
    }
  }

  private void send(int number) {
    String id = "t" + number;
    send(id, serializer.serialize(topic, request(id, texts.get(number % texts.size()))));
  }

  private void send(String id, byte[] value) {
    producer.send(new ProducerRecord<>(topic, id.getBytes(StandardCharsets.UTF_8), value));
  }

  /** When all are published. */
  @Override
  public void close() {
    serializer.close();
    producer.close();
  }

  private static ScoringRequest request(String id, TicketTexts.Text text) {
    Instant now = Instant.now();
    return ScoringRequest.newBuilder()
        .setRequestId(id)
        .setKind(ScoreKind.TICKET)
        .setTicketId(id)
        .setContext(TicketContext.newBuilder().setTenantId("default").setCreatedAt(now).build())
        .setSubject(text.subject())
        .setBody(text.body())
        .setStyle(
            new TextStyle(text.subject().length() + text.body().length(), false, 0.5, 0.5, false))
        .setRequestedAt(now)
        .build();
  }
}
