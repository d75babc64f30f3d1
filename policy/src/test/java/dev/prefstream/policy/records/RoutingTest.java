package dev.prefstream.policy.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.schemas.avro.DecisionEvent;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.Reason;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.RoutingDecision;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.ScoreTimings;
import dev.prefstream.schemas.avro.SettingsInForce;
import dev.prefstream.schemas.avro.TextStyle;
import dev.prefstream.schemas.avro.TicketContext;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoutingTest {

  private static final Instant SCORED = Instant.parse("2026-03-02T08:00:00.120456Z");

  @Test
  void goesToSpecialistsWhenTheScoreIsAboveStrictness() {
    RoutingDecision urgent = Routing.decision(Routing.decide(score(Math.nextUp(0.7))));

    assertThat(urgent.getDecisionId()).isEqualTo("T-1#1");
    assertThat(urgent.getRoute()).isEqualTo(Route.URGENT);
    assertThat(urgent.getMargin()).isPositive();
    assertThat(urgent.getReasons()).containsExactly(Reason.SCORE_ABOVE_STRICTNESS);
    assertThat(urgent.getSettingsVersion()).isEqualTo("default");
  }

  @Test
  void goesToAutoResponseWhenTheScoreEqualsStrictness() {
    RoutingDecision standard = Routing.decision(Routing.decide(score(0.7)));

    assertThat(standard.getRoute()).isEqualTo(Route.STANDARD);
    assertThat(standard.getMargin()).isZero();
    assertThat(standard.getReasons()).containsExactly(Reason.SCORE_WITHIN_STRICTNESS);
  }

  @Test
  void isJudgedByTheSettingsThatTheScoreCarries() {
    Score score = score(0.4);
    score.setSettings(
        new SettingsInForce(
            PreferenceSettings.newBuilder()
                .setTenantId("strict")
                .setStrictnessLevel(0.3)
                .setUpdatedAt(SCORED)
                .build(),
            "0-7"));

    DecisionRecord decided = Routing.decide(score);

    assertThat(decided.getRoute()).isEqualTo(Route.URGENT);
    assertThat(decided.getThreshold()).isEqualTo(0.3);
    assertThat(decided.getSettings()).isEqualTo(score.getSettings().getSettings());
    assertThat(decided.getSettingsVersion()).isEqualTo("0-7");
  }

  /** One publishes it, another writes it to the log, and both read the score from a topic. */
  @Test
  void isTheSameForWhoeverHasTheScore() throws IOException {
    Score score = score(0.9);
    Score read = Score.fromByteBuffer(score.toByteBuffer());

    assertThat(Routing.decide(read).toByteBuffer()).isEqualTo(Routing.decide(score).toByteBuffer());
    assertThat(Routing.decision(Routing.decide(read)).toByteBuffer())
        .isEqualTo(Routing.decision(Routing.decide(score)).toByteBuffer());
  }

  @Test
  void saysAllThatItWasMadeFrom() {
    Score score = score(0.9);

    DecisionRecord decided = Routing.decide(score);

    assertThat(decided)
        .isEqualTo(
            DecisionRecord.newBuilder()
                .setEvent(DecisionEvent.ROUTED)
                .setTicketId("T-1")
                .setContext(score.getContext())
                .setScore(0.9)
                .setLogit(2.2)
                .setConfidence(0.9)
                .setStyle(score.getStyle())
                .setTruncated(true)
                .setModel(score.getModel())
                .setSettings(Routing.settings(score).getSettings())
                .setSettingsVersion("default")
                .setPolicyVersion("2")
                .setRoute(Route.URGENT)
                .setThreshold(0.7)
                .setMargin(0.9 - 0.7)
                .setReasons(List.of(Reason.SCORE_ABOVE_STRICTNESS))
                .setDecidedAt(SCORED)
                .build());
    RoutingDecision decision =
        Routing.decision(
            DecisionRecord.newBuilder(decided).setEvent(DecisionEvent.ESCALATED).build());
    assertThat(decision)
        .isEqualTo(
            RoutingDecision.newBuilder()
                .setDecisionId("T-1#2")
                .setTicketId("T-1")
                .setRevision(2)
                .setRoute(Route.URGENT)
                .setContext(score.getContext())
                .setScore(0.9)
                .setThreshold(0.7)
                .setMargin(0.9 - 0.7)
                .setConfidence(0.9)
                .setReasons(List.of(Reason.SCORE_ABOVE_STRICTNESS))
                .setModel(score.getModel())
                .setPolicyVersion("2")
                .setSettingsVersion("default")
                .setDecidedAt(SCORED)
                .build());
  }

  private static Score score(double score) {
    return Score.newBuilder()
        .setRequestId("T-1")
        .setKind(ScoreKind.TICKET)
        .setTicketId("T-1")
        .setContext(
            TicketContext.newBuilder()
                .setTenantId("tenant")
                .setRegion("JP")
                .setMetadata(Map.of("customer", "c-7"))
                .setCreatedAt(SCORED.minusSeconds(1))
                .build())
        .setStyle(new TextStyle(500, false, 0.5, 0.5, false))
        .setScore(score)
        .setLogit(2.2)
        .setConfidence(Math.max(score, 1 - score))
        .setModel(new ModelRef("model", "1.0.0", "0".repeat(64)))
        .setTokens(10)
        .setOriginalTokens(12)
        .setTruncated(true)
        .setTimings(new ScoreTimings(1L, 1L, 1L))
        .setRequestedAt(SCORED.minusMillis(100))
        .setScoredAt(SCORED)
        .build();
  }
}
