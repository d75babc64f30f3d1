package dev.prefstream.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DriftKind;
import dev.prefstream.schemas.avro.RetrainingTrigger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IncidentLedgerTest {

  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final IncidentLedger EMPTY = IncidentLedger.of(null);

  private static IncidentLedger at(IncidentLedger ledger, long day) {
    return ledger.at(Instant.ofEpochMilli(day * DAY));
  }

  private static RetrainingTrigger trigger(String id) {
    return RetrainingTrigger.newBuilder()
        .setTriggerId(id)
        .setAlertId("1")
        .setSegment("all")
        .setModel(DriftDriver.MODEL_A)
        .setReason("a test")
        .setDataFrom(DriftDriver.START)
        .setDataTo(DriftDriver.START)
        .setPredictions(1)
        .setRequestedAt(DriftDriver.START)
        .build();
  }

  @Test
  void timeDoesNotGoBack() {
    assertThat(at(at(EMPTY, 5), 3).now()).isEqualTo(5 * DAY);
  }

  @Test
  void listsOpenIncidentsOnceTheLongestOpenFirst() {
    IncidentLedger ledger = EMPTY.opened("a").opened("b").opened("c").opened("a").ended("b");

    assertThat(ledger.open()).containsExactly("a", "c");
    assertThat(ledger.ended("none").open()).containsExactly("a", "c");
    assertThat(ledger.ended("a").opened("a").open()).containsExactly("c", "a");
  }

  @Test
  void countsRequestsOfSevenDays() {
    IncidentLedger ledger = at(EMPTY, 10).asked(trigger("1"), "a", (id, key) -> true);
    ledger = at(ledger, 12).asked(trigger("2"), "b", (id, key) -> true);

    assertThat(ledger.askedInAWeek()).isEqualTo(2);
    assertThat(at(ledger, 16).askedInAWeek()).isEqualTo(2);
    assertThat(at(ledger, 17).askedInAWeek()).isEqualTo(1);
    assertThat(at(ledger, 19).askedInAWeek()).isZero();
    assertThat(at(ledger, 18).asked(trigger("3"), "c", (id, key) -> true).askedAt())
        .containsExactly(12 * DAY, 18 * DAY);
  }

  @Test
  void keepsTheIncidentOfEachRequestAndDropsReplacedOnesWhenThereAreMany() {
    IncidentLedger ledger = at(EMPTY, 10);
    for (int i = 0; i < IncidentLedger.MANY_TRIGGERS; i++) {
      ledger = ledger.asked(trigger("t" + i), "k" + i, (id, key) -> false);
    }
    assertThat(ledger.triggers()).hasSize(1000).containsEntry("t7", "k7");

    IncidentLedger more =
        ledger.asked(trigger("new"), "k", (id, key) -> id.equals("t7") && key.equals("k7"));

    assertThat(more.triggers()).containsOnly(Map.entry("t7", "k7"), Map.entry("new", "k"));
    assertThat(ledger.triggers()).hasSize(1000);
  }

  @Test
  void standsInItsStateAsItIs() {
    IncidentLedger ledger =
        at(EMPTY, 10).opened("a").opened("b").asked(trigger("1"), "a", (id, key) -> true);

    assertThat(IncidentLedger.of(ledger.state())).isEqualTo(ledger);
    assertThat(EMPTY).isEqualTo(new IncidentLedger(0, List.of(), List.of(), Map.of()));
  }

  @Test
  void incidentsOfQualityHaveAKeyOfTheirOwn() {
    assertThat(IncidentKey.of(IncidentWords.word("all", "1", AlertEvent.OPENED, 1)))
        .isEqualTo("all");
    assertThat(
            IncidentKey.of(IncidentWords.word("all", "1", AlertEvent.OPENED, 1, DriftKind.QUALITY)))
        .isEqualTo("all#quality");
    assertThat(List.of("all", "all#quality", "a/*/*#quality", "a/US/en"))
        .filteredOn(key -> IncidentKey.isOfAPart(key, DriftKind.FLOOD))
        .containsExactly("a/US/en");
    assertThat(List.of("all", "all#quality", "a/*/*#quality", "a/US/en"))
        .filteredOn(key -> IncidentKey.isOfAPart(key, DriftKind.QUALITY))
        .extracting(IncidentKey::segment)
        .containsExactly("a/*/*");
    assertThat(IncidentKey.segment("a/US/en")).isEqualTo("a/US/en");
  }
}
