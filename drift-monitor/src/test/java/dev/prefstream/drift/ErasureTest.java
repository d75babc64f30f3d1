package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.MODEL_A;
import static dev.prefstream.drift.DriftDriver.MODEL_B;
import static dev.prefstream.drift.DriftDriver.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DeadLetter;
import dev.prefstream.schemas.avro.DriftAlert;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ticket that is to be forgotten is named by no later alert. */
class ErasureTest {

  private final Path dir;

  ErasureTest(@TempDir Path dir) {
    this.dir = dir;
  }

  private DriftDriver drift() {
    return new DriftDriver(dir.resolve("first"), Map.of());
  }

  private static List<String> erasedOf(List<String> examples) {
    return List.of(examples.get(0), examples.get(examples.size() - 1));
  }

  @Test
  void laterWordsOfAnIncidentNameErasedTicketsNoMore() {
    try (DriftDriver drift = drift()) {
      drift.publish(1000, 0.5).publish(1000, 0.9);
      DriftAlert opened = drift.alerts().get(0);
      List<String> erased = erasedOf(opened.getExamples());

      erased.forEach(drift::erase);
      drift.publish(3000, 0.9).release(MODEL_B);

      List<DriftAlert> later = drift.alerts();
      assertThat(later)
          .extracting(DriftAlert::getEvent)
          .contains(AlertEvent.UPDATED, AlertEvent.CLOSED);
      assertThat(later)
          .allSatisfy(
              alert ->
                  assertThat(alert.getExamples()).isNotEmpty().doesNotContainAnyElementsOf(erased));
    }
  }

  /** It repeats what the last word on the incident named, which was said before. */
  @Test
  void theWordThatClosesAnIncidentNamesNoTicketThatWasErasedSinceTheLastOne() {
    List<String> named = namedAtTheEnd("undisturbed", List.of());
    List<String> erased = erasedOf(named);

    assertThat(namedAtTheEnd("erased", erased))
        .isNotEmpty()
        .containsExactlyElementsOf(named.stream().filter(id -> !erased.contains(id)).toList());
  }

  private List<String> namedAtTheEnd(String name, List<String> erased) {
    try (DriftDriver drift = new DriftDriver(dir.resolve(name), Map.of())) {
      drift.publish(1000, 0.5).publish(1000, 0.9);
      drift.alerts();
      erased.forEach(drift::erase);
      drift.release(MODEL_B);
      List<DriftAlert> alerts = drift.alerts();
      assertThat(alerts).extracting(DriftAlert::getEvent).containsExactly(AlertEvent.CLOSED);
      return alerts.get(0).getExamples();
    }
  }

  @Test
  void aTicketErasedBeforeTheAlertIsNotNamedThoughTheTaskMovesInBetween() {
    DriftDriver before = drift();
    before.publish(1000, 0.5).publish(200, 0.9);
    List<String> mayBeNamed =
        IntStream.range(0, 1200).mapToObj(i -> "T-" + i).filter(Observation::isExample).toList();
    mayBeNamed.forEach(before::erase);

    try (DriftDriver drift = before.moved(dir.resolve("second"), Map.of())) {
      drift.publish(800, 0.9);

      assertThat(drift.alerts().get(0).getExamples())
          .isNotEmpty()
          .doesNotContainAnyElementsOf(mayBeNamed);
    }
  }

  @Test
  void erasuresAreRememberedForAsLongAsTheirTopicKeepsThemAndOnlyOfTicketsThatMayBeNamed() {
    try (DriftDriver drift = drift()) {
      Instant erasedAt = START;
      for (int i = 0; i < 800; i++) {
        drift.erase("T-" + i, erasedAt);
      }
      assertThat(remembered(drift)).isBetween(60L, 140L);

      // A clock that is far ahead ends nothing.
      drift.erase(example(), erasedAt.plus(Duration.ofDays(2000)));
      assertThat(remembered(drift)).isGreaterThan(60);

      drift.advance(Duration.ofDays(801));
      drift.erase(example(), erasedAt.plus(Duration.ofDays(801)));

      assertThat(remembered(drift)).isEqualTo(1);
      assertThat(Metric.RECEIVED.counter(drift.registry, "drift").count()).isEqualTo(802);
      assertThat(Metric.PROCESSED.counter(drift.registry, "drift").count()).isEqualTo(802);
    }
  }

  private static String example() {
    return IntStream.range(1000, 2000)
        .mapToObj(i -> "T-" + i)
        .filter(Observation::isExample)
        .findFirst()
        .orElseThrow();
  }

  private static long remembered(DriftDriver drift) {
    return drift.storedKeys().stream().filter(key -> key.startsWith(NameNoErased.ERASED)).count();
  }

  /** One that is older could have been erased so long ago that it is not remembered. */
  @Test
  void anAlertNamesNoTicketsOlderThanNinetyDays() {
    Map<String, String> settings = Map.of("drift.forget-idle", "3650d", "drift.window", "200");
    try (DriftDriver drift = new DriftDriver(dir, settings)) {
      for (int i = 0; i < 1000; i++) {
        Instant createdAt = START.minus(Duration.ofDays(1000 - i));
        drift.publish(drift.score(i, i < 700 ? 0.5 : 0.9, createdAt, MODEL_A));
      }

      DriftAlert opened = drift.alerts().get(0);
      long last = opened.getPredictions() - 1;
      assertThat(opened.getExamples())
          .isNotEmpty()
          .allSatisfy(
              id -> assertThat(Integer.parseInt(id.substring(2))).isBetween((int) last - 90, 999));
    }
  }

  @Test
  void anErasureWithoutAKeyIsADeadLetter() {
    try (DriftDriver drift = drift()) {
      drift.erase(" ");

      assertThat(drift.deadLetters())
          .extracting(DeadLetter::getReason)
          .containsExactly("MISSING_ID");
    }
  }
}
