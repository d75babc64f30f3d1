package dev.prefstream.scorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.prefstream.runtime.service.Health;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.DeadLetter;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.scorer.onnx.TinyBundle;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service with the shipped bundles. */
class ScorerServiceIT {

  @TempDir Path dataDir;

  @Test
  void scoresTicketsAndResponsesAndPutsPoisonIntoDeadLetters() {
    try (ScoringCluster cluster = ScoringCluster.start(dataDir, 3)) {
      for (int i = 0; i < 300; i++) {
        cluster.publish(
            Requests.ticket("t" + i, "Server down", "Production is down. ".repeat(1 + i % 40)));
        if (i % 3 == 0) {
          cluster.publish(Requests.response("t" + i, "r1", "Please restart the server. " + i));
        }
        if (i % 100 == 0) {
          cluster.publishBytes("bad" + i, "no Avro".getBytes(StandardCharsets.UTF_8));
          cluster.publish(Requests.ticket("empty" + i, "", "  "));
        }
      }
      cluster.publish(Requests.ticket("short", "", "x"));
      cluster.publish(Requests.ticket("long", "", "down ".repeat(100_000)));
      cluster.publish("another-key", Requests.ticket("t", "Server down", "Now."));
      cluster.publish(Requests.ticket(" ", "Server down", "Now."));
      cluster.flush();

      SimpleMeterRegistry meters = new SimpleMeterRegistry();
      try (ScorerService service =
          ScorerService.create(
              cluster.configuration(Map.of("scorer.models", "../models")),
              cluster.installation(),
              meters)) {
        service.start();
        await()
            .atMost(Duration.ofSeconds(60))
            .until(
                () ->
                    meters.counter("prefstream.records.received", "stage", "scoring").count()
                        >= 410);
        assertThat(service.health()).isEqualTo(Health.ready());
      }

      List<Score> scores = cluster.committed(Topics.SCORES);
      assertThat(scores).extracting(Score::getEmbedding).containsOnlyNulls();
      List<DeadLetter> letters = cluster.committed(Topics.DEAD_LETTERS);
      assertThat(scores).hasSize(402).extracting(Score::getRequestId).doesNotHaveDuplicates();
      assertThat(letters)
          .extracting(DeadLetter::getReason)
          .containsExactlyInAnyOrder(
              "UNDECODABLE",
              "UNDECODABLE",
              "UNDECODABLE",
              "EMPTY_TEXT",
              "EMPTY_TEXT",
              "EMPTY_TEXT",
              "INVALID_FIELD",
              "MISSING_ID");
      assertThat(scores).allSatisfy(score -> assertThat(score.getScore()).isBetween(0.0, 1.0));
      assertThat(scores)
          .filteredOn(score -> score.getTicketId().equals("short"))
          .singleElement()
          .satisfies(score -> assertThat(score.getTruncated()).isFalse());
      assertThat(scores)
          .filteredOn(score -> score.getTicketId().equals("long"))
          .singleElement()
          .satisfies(
              score -> {
                assertThat(score.getTruncated()).isTrue();
                assertThat(score.getTokens()).isEqualTo(256);
                assertThat(score.getOriginalTokens()).isGreaterThanOrEqualTo(100_000);
              });
    }
  }

  @Test
  void scoresCarryEmbeddingsWhenAskedAndStandWithoutThoseThatAreNoNumbers() {
    Path bundle = TinyBundle.urgency().embedding("logarithm", 1).write(dataDir.resolve("tiny"));
    try (ScoringCluster cluster = ScoringCluster.start(dataDir.resolve("kafka"), 1)) {
      cluster.publish(Requests.ticket("one", "w1", "w3"));
      cluster.publish(Requests.ticket("zero", "w0", "w0"));
      cluster.flush();

      SimpleMeterRegistry meters = new SimpleMeterRegistry();
      try (ScorerService service =
          ScorerService.create(
              cluster.configuration(
                  Map.of("scorer.models", bundle.toString(), "scorer.embeddings", "true")),
              cluster.installation(),
              meters)) {
        service.start();
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> cluster.committed(Topics.SCORES).size() >= 2);
      }

      assertThat(cluster.committed(Topics.SCORES))
          .extracting(Score::getTicketId, Score::getLogit, Score::getEmbedding)
          .containsExactlyInAnyOrder(tuple("one", 1.0, List.of(0f)), tuple("zero", 0.0, null));
      assertThat(meters.counter("prefstream.embeddings.left.out", "task", "ticket-urgency").count())
          .isEqualTo(1);
    }
  }
}
