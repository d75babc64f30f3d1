package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.START;
import static dev.prefstream.drift.IncidentWords.incident;
import static dev.prefstream.drift.IncidentWords.word;
import static dev.prefstream.schemas.avro.AlertEvent.OPENED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftKind;
import dev.prefstream.schemas.avro.IncidentState;
import dev.prefstream.schemas.avro.RetrainingTrigger;
import dev.prefstream.schemas.avro.SegmentChange;
import dev.prefstream.schemas.avro.Urgency;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@SuppressWarnings("NullAway") // A null that is not expected fails the test.
class RetrainingPolicyTest {

  private static final Instant NOW = START.plus(Duration.ofDays(20));

  private final RetrainingPolicy policy =
      new RetrainingPolicy(new DriftOptions.Retraining(500, Duration.ofDays(1), 3));

  /** Requests were made so many days before now. */
  private static IncidentLedger ledger(int... daysAgo) {
    List<Long> askedAt = Arrays.stream(daysAgo).mapToObj(RetrainingPolicyTest::daysAgo).toList();
    return new IncidentLedger(NOW.toEpochMilli(), List.of(), askedAt, Map.of());
  }

  private static long daysAgo(int days) {
    return NOW.minus(Duration.ofDays(days)).toEpochMilli();
  }

  private static IncidentState confirmed() {
    return incident(word("a/US/en", "1", OPENED, 500));
  }

  @Test
  void asksForAConfirmedIncident() {
    RetrainingTrigger trigger = policy.trigger(confirmed(), ledger(6, 8), null);

    assertThat(trigger.getTriggerId()).isEqualTo("1/retrain");
    assertThat(trigger.getAlertId()).isEqualTo("1");
    assertThat(trigger.getDataFrom()).isEqualTo(START);
    assertThat(trigger.getDataTo()).isEqualTo(NOW);
    assertThat(trigger.getRequestedAt()).isEqualTo(NOW);
    assertThat(trigger.getPredictions()).isEqualTo(500);
    assertThat(trigger.getUrgency()).isEqualTo(Urgency.LOW);
    assertThat(trigger.getScope()).containsExactly("a/US/en");
    assertThat(trigger.getBudgetLeft()).isEqualTo(1);
    assertThat(trigger.getReason())
        .isEqualTo(
            "Scores of segment a/US/en have drifted since %s: retrain ticket-urgency 1.0.0 on tickets from then on."
                .formatted(START));
  }

  @Test
  void waitsUntilAnIncidentIsConfirmedButNotForLabels() {
    IncidentState young = incident(word("a/US/en", "1", OPENED, 499));
    IncidentState ofQuality = incident(word("a/*/*", "1", OPENED, 1, DriftKind.QUALITY));

    assertThat(policy.trigger(young, ledger(), null)).isNull();
    assertThat(policy.trigger(ofQuality, ledger(), null).getUrgency()).isEqualTo(Urgency.HIGH);
  }

  @ParameterizedTest
  @EnumSource(
      value = DriftKind.class,
      names = {"VOLUME", "FLOOD"})
  void asksForNothingWhereTheCauseIsUpstream(DriftKind kind) {
    IncidentState incident = incident(word("all", "1", OPENED, 5000, kind));

    assertThat(policy.trigger(incident, ledger(), null)).isNull();
  }

  @Test
  void asksOnceForAnIncidentThatIsToldAndOpen() {
    IncidentState part = confirmed();
    part.setAnnounced(false);
    IncidentState over = confirmed();
    over.setEnded(true);
    IncidentState asked = confirmed();
    asked.setTriggerId("1/retrain");

    assertThat(policy.trigger(part, ledger(), null)).isNull();
    assertThat(policy.trigger(over, ledger(), null)).isNull();
    assertThat(policy.trigger(asked, ledger(), null)).isNull();
  }

  @Test
  void waitsForTheCoolDownOfTheSegmentAndOfTheWhole() {
    IncidentState warm = confirmed();
    warm.setAskedAt(daysAgo(1) + 1);
    IncidentState cool = confirmed();
    cool.setAskedAt(daysAgo(1));

    assertThat(policy.trigger(warm, ledger(), null)).isNull();
    assertThat(policy.trigger(cool, ledger(), null)).isNotNull();
    assertThat(policy.trigger(confirmed(), ledger(), daysAgo(1) + 1)).isNull();
    assertThat(policy.trigger(confirmed(), ledger(), daysAgo(1))).isNotNull();
  }

  @Test
  void staysWithinTheWeeksBudget() {
    assertThat(policy.trigger(confirmed(), ledger(1, 2, 6), null)).isNull();
    assertThat(policy.trigger(confirmed(), ledger(1, 2, 7), null).getBudgetLeft()).isZero();
  }

  @Test
  void theWholeIsTrainedForTheSegmentsThatExplainIt() {
    DriftAlert word = word("all", "1", OPENED, 500);
    word.setExplainedBy(List.of(new SegmentChange("c/US/en", 0.1, 0.2, 0.2, 0.5, 0.9)));

    RetrainingTrigger trigger = policy.trigger(incident(word), ledger(), null);

    assertThat(trigger.getScope()).containsExactly("c/US/en");
    assertThat(trigger.getUrgency()).isEqualTo(Urgency.NORMAL);
  }
}
