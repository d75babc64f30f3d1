package dev.prefstream.scorer.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.prefstream.policy.records.Routing;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.kafka.KafkaOptions;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.RoutingDecision;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.ScoreTimings;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.SettingsInForce;
import dev.prefstream.scorer.Requests;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.FakeModel;
import dev.prefstream.scorer.model.Task;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;

/** What stands on a score beside the number, and where its ticket goes. */
class ScoreRecordsTest {

  private static final Installation INSTALLATION =
      Installation.of(
          Configuration.load(
              KafkaOptions.all(),
              null,
              Map.of(),
              Map.of("schema-registry.url", "mock://score-records")));
  private static final Instant ENDED = Instant.ofEpochMilli(1_700_000_001_000L);
  private static final long MICROS = 1_000;

  private final ServedModel served = new ServedModel(FakeModel.of(Task.TICKET_URGENCY));

  @Test
  void aScoreSaysHowSureWhoHowMuchOfTheTextAndHowLongEachPartTook() {
    EncodedText text = EncodedText.ofIds(new long[] {1, 2, 3}, null, 9);

    Score score = score(text, -1.5, new ScoreRecords.Run(7_000 * MICROS, 900 * MICROS, ENDED));

    double expected = 1 / (1 + Math.exp(1.5));
    assertThat(score.getScore()).isCloseTo(expected, within(1e-12));
    assertThat(score.getLogit()).isEqualTo(-1.5);
    assertThat(score.getConfidence()).isCloseTo(1 - expected, within(1e-12));
    assertThat(score.getModel()).isEqualTo(served.model().identity().ref());
    assertThat(score.getTokens()).isEqualTo(3);
    assertThat(score.getOriginalTokens()).isEqualTo(9);
    assertThat(score.getTruncated()).isTrue();
    // Polled at 1,000, on the device from 7,000 on: 6,000 later, of which 250 went into tokens.
    assertThat(score.getTimings()).isEqualTo(new ScoreTimings(5_750L, 250L, 900L));
    assertThat(score.getScoredAt()).isEqualTo(ENDED);
  }

  @Test
  void aScoreKeepsWhatItsRequestSaid() {
    ScoringRequest request = Requests.response("t", "r", "Try again.");
    RecordHeaders headers = new RecordHeaders();
    headers.add("traceparent", "00-aa-bb-01".getBytes(UTF_8));
    Row row = row(request, EncodedText.ofIds(new long[] {1}, null, 1), headers);

    ProducerRecord<byte[], byte[]> record = record(row, 2, new ScoreRecords.Run(0, 0, ENDED));
    Score score = read(record);

    assertThat(record.key()).isEqualTo("t".getBytes(UTF_8));
    assertThat(record.timestamp()).isEqualTo(1_700_000_000_000L);
    assertThat(record.headers().lastHeader("traceparent").value())
        .isEqualTo("00-aa-bb-01".getBytes(UTF_8));
    assertThat(score.getRequestId()).isEqualTo(request.getRequestId());
    assertThat(score.getKind()).isEqualTo(request.getKind());
    assertThat(score.getTicketId()).isEqualTo("t");
    assertThat(score.getResponseId()).isEqualTo("r");
    assertThat(score.getResponseText()).isEqualTo("Try again.");
    assertThat(score.getContext()).isEqualTo(request.getContext());
    assertThat(score.getStyle()).isEqualTo(request.getStyle());
    assertThat(score.getRequestedAt()).isEqualTo(request.getRequestedAt());
    assertThat(score.getTruncated()).isFalse();
  }

  @Test
  void aTicketGoesWhereItsScoreSendsItByTheSettingsItCameWith() {
    ScoringRequest request = Requests.ticket("t", "s", "b");
    request.setSettings(
        new SettingsInForce(
            PreferenceSettings.newBuilder()
                .setTenantId("strict")
                .setStrictnessLevel(0.5)
                .setUpdatedAt(ENDED)
                .build(),
            "0-3"));

    for (Map.Entry<Double, Topic<RoutingDecision>> each :
        Map.of(0.01, Topics.ROUTING_URGENT, 0.0, Topics.ROUTING_STANDARD).entrySet()) {
      List<ProducerRecord<byte[], byte[]>> records = records(request, each.getKey(), true);

      Score score = read(records.get(0), Topics.SCORES);
      assertThat(score.getSettings()).isEqualTo(request.getSettings());
      assertThat(records).hasSize(2);
      assertThat(records.get(1).topic()).isEqualTo(INSTALLATION.name(each.getValue()));
      assertThat(records.get(1).key()).isEqualTo("t".getBytes(UTF_8));
      assertThat(records.get(1).timestamp()).isEqualTo(1_700_000_000_000L);
      assertThat(records.get(1).headers()).isEqualTo(records.get(0).headers());
      assertThat(read(records.get(1), each.getValue()))
          .isEqualTo(Routing.decision(Routing.decide(score)));
    }
  }

  @Test
  void aResponseGoesNowhereAndNoTicketWhereNothingIsRouted() {
    assertThat(records(Requests.response("t", "r", "Try again."), 2, true)).hasSize(1);
    assertThat(records(Requests.ticket("t", "s", "b"), 2, false)).hasSize(1);
  }

  private List<ProducerRecord<byte[], byte[]>> records(
      ScoringRequest request, double logit, boolean routes) {
    RecordHeaders headers = new RecordHeaders();
    headers.add("traceparent", "00-aa-bb-01".getBytes(UTF_8));
    Row row = row(request, EncodedText.ofIds(new long[] {1}, null, 1), headers);
    try (ScoreRecords records = new ScoreRecords(INSTALLATION, () -> routes)) {
      return records.of(row, logit, null, new ScoreRecords.Run(0, 0, ENDED)).output();
    }
  }

  private Score score(EncodedText text, double logit, ScoreRecords.Run run) {
    return read(record(row(Requests.ticket("t", "s", "b"), text, new RecordHeaders()), logit, run));
  }

  private Row row(ScoringRequest request, EncodedText text, RecordHeaders headers) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            "requests",
            0,
            0,
            1_700_000_000_000L,
            TimestampType.CREATE_TIME,
            1,
            0,
            request.getTicketId().getBytes(UTF_8),
            new byte[0],
            headers,
            Optional.empty());
    Row row = new Row(record, 1_000 * MICROS, 1);
    served.retain();
    row.prepared(new Row.Prepared(request, served, text, 250 * MICROS));
    return row;
  }

  private static ProducerRecord<byte[], byte[]> record(
      Row row, double logit, ScoreRecords.Run run) {
    try (ScoreRecords records = new ScoreRecords(INSTALLATION, () -> true)) {
      return records.of(row, logit, null, run).output().get(0);
    }
  }

  private static Score read(ProducerRecord<byte[], byte[]> record) {
    return read(record, Topics.SCORES);
  }

  private static <V extends SpecificRecord> V read(
      ProducerRecord<byte[], byte[]> record, Topic<V> topic) {
    try (Deserializer<V> deserializer = INSTALLATION.deserializer(topic)) {
      return deserializer.deserialize(record.topic(), record.value());
    }
  }
}
