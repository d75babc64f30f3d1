package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.START;
import static dev.prefstream.drift.IncidentWords.incident;
import static dev.prefstream.drift.IncidentWords.word;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DriftKind;
import dev.prefstream.schemas.avro.IncidentState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway") // A null that is not expected fails the test.
class IncidentStoreTest {

  private final IncidentStore store;

  IncidentStoreTest(@TempDir Path dir) {
    store =
        new IncidentStore(
            Duration.ofDays(30),
            Duration.ofDays(40),
            TestStores.task(dir, IncidentStore.builders()));
  }

  private static Instant day(int day) {
    return START.plus(Duration.ofDays(day));
  }

  private static IncidentState ended(String segment, int day) {
    IncidentState incident = incident(word(segment, "1", AlertEvent.RECOVERED, 300));
    incident.getAlert().setDetectedAt(day(day));
    incident.setEnded(true);
    return incident;
  }

  private void forget(int day) {
    store.forgetEnded(day(day).toEpochMilli());
  }

  @Test
  void keepsIncidentsUnderTheirKeys() {
    store.put(incident(word("all", "1", AlertEvent.OPENED, 300)));
    store.put(incident(word("all", "2", AlertEvent.OPENED, 300, DriftKind.QUALITY)));

    assertThat(store.get("all").getAlert().getAlertId()).isEqualTo("1");
    assertThat(store.get("all#quality").getAlert().getAlertId()).isEqualTo("2");
    assertThat(store.get("a/US/en")).isNull();
  }

  @Test
  void theWholeIsOpenUntilItEnds() {
    assertThat(store.openWhole(DriftKind.DATA)).isNull();

    store.put(incident(word("all", "1", AlertEvent.OPENED, 300)));
    store.put(incident(word("all", "2", AlertEvent.OPENED, 300, DriftKind.QUALITY)));
    assertThat(store.openWhole(DriftKind.DATA)).isEqualTo(store.get("all"));
    assertThat(store.openWhole(DriftKind.FLOOD)).isEqualTo(store.get("all"));
    assertThat(store.openWhole(DriftKind.QUALITY)).isEqualTo(store.get("all#quality"));

    store.put(ended("all", 1));
    assertThat(store.openWhole(DriftKind.DATA)).isNull();
    assertThat(store.openWhole(DriftKind.QUALITY)).isNotNull();
    assertThat(store.get("all")).isNotNull();
  }

  @Test
  void requestsForTheWholeAreOneSeriesWhateverTheirCause() {
    assertThat(store.wholeAskedAt()).isNull();

    IncidentState ofScores = incident(word("all", "1", AlertEvent.OPENED, 300));
    ofScores.setAskedAt(20L);
    store.put(ofScores);
    IncidentState ofQuality = incident(word("all", "2", AlertEvent.OPENED, 9, DriftKind.QUALITY));
    store.put(ofQuality);
    assertThat(store.wholeAskedAt()).isEqualTo(20);

    ofQuality.setAskedAt(30L);
    store.put(ofQuality);
    assertThat(store.wholeAskedAt()).isEqualTo(30);
  }

  @Test
  void forgetsWhatEndedLongAgo() {
    store.put(ended("old", 0));
    store.put(ended("younger", 1));
    IncidentState open = ended("open", 0);
    open.setEnded(false);
    store.put(open);

    forget(30);
    assertThat(store.get("old")).isNotNull();
    forget(31);

    assertThat(store.get("old")).isNull();
    assertThat(store.get("younger")).isNotNull();
    assertThat(store.get("open")).isNotNull();
  }

  @Test
  void keepsWhatACoolDownCountsFrom() {
    IncidentState incident = ended("asked", 0);
    incident.setAskedAt(day(0).toEpochMilli());
    store.put(incident);

    forget(40);
    assertThat(store.get("asked")).isNotNull();
    forget(41);

    assertThat(store.get("asked")).isNull();
  }

  @Test
  void looksOnceADay() {
    forget(100);
    store.put(ended("old", 0));

    store.forgetEnded(day(100).toEpochMilli() + 1);
    assertThat(store.get("old")).isNotNull();
    forget(101);

    assertThat(store.get("old")).isNull();
  }

  @Test
  void aRequestIsCurrentUntilItsIncidentHasAnother() {
    IncidentState incident = incident(word("all", "1", AlertEvent.OPENED, 300));
    incident.setTriggerId("1/retrain");
    store.put(incident);

    assertThat(store.isCurrent("1/retrain", "all")).isTrue();
    assertThat(store.isCurrent("0/retrain", "all")).isFalse();
    assertThat(store.isCurrent("1/retrain", "a/US/en")).isFalse();
  }

  @Test
  void keepsTheLedger() {
    IncidentLedger ledger = store.ledger().at(START).opened("all");
    store.put(ledger);

    assertThat(store.ledger()).isEqualTo(ledger);
  }
}
