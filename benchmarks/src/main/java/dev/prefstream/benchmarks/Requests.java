package dev.prefstream.benchmarks;

import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.TextStyle;
import dev.prefstream.schemas.avro.TicketContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.function.IntPredicate;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;

/** Fills the topic of scoring requests before an arm starts to drain it. */
final class Requests {

  private static final byte[] NO_AVRO = {9, 9, 9};

  private Requests() {}

  /**
   * @param from number of the first record
   * @param poison numbers of the records that are bytes without meaning
   */
  static void fill(
      BenchCluster cluster,
      List<TicketTexts.Text> texts,
      int from,
      int count,
      IntPredicate poison) {
    String topic = cluster.installation().name(Topics.SCORING_REQUESTS);
    try (KafkaProducer<byte[], byte[]> producer = cluster.producer(20);
        Serializer<ScoringRequest> serializer =
            cluster.installation().serializer(Topics.SCORING_REQUESTS)) {
      for (int i = from; i < from + count; i++) {
        String id = (poison.test(i) ? "p" : "t") + i;
        byte[] value =
            poison.test(i)
                ? NO_AVRO
                : serializer.serialize(topic, request(id, texts.get(i % texts.size())));
        producer.send(new ProducerRecord<>(topic, id.getBytes(StandardCharsets.UTF_8), value));
      }
      producer.flush();
    }
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
