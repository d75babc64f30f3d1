package dev.prefstream.streamsapp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.ExpertLabel;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.Response;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.ScoreTimings;
import dev.prefstream.schemas.avro.TextStyle;
import dev.prefstream.schemas.avro.Ticket;
import dev.prefstream.schemas.avro.TicketContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How much the intake, decision and oversight stages remember. Tickets are 600 characters long;
 * half of them are urgent, each standard one has three responses of 500 characters; ids are UUIDs.
 * Prints what {@code docs/oversight.md} states: keys and values, without what RocksDB and the
 * changelog add.
 */
class StateSizeTest {

  private static final int TICKETS = 2_000;
  private static final int RESPONSES = 3;
  private static final Duration JOIN_RETENTION = Duration.ofDays(7);
  private static final long MEBIBYTE = 1 << 20;

  @Test
  void intakeRemembersTextsUntilTheRetentionAndThenNothing(@TempDir Path dir) {
    long joined;
    long pending;
    try (StageDriver intake = intake(dir.resolve("joined"))) {
      for (int i = 0; i < TICKETS; i++) {
        intake.send(Topics.TICKETS, id(i), ticket(i));
        offer(intake, i);
      }
      joined = print("intake, tickets with their responses", intake.stateBytes(), TICKETS);
      assertForgotten(intake);
    }
    try (StageDriver intake = intake(dir.resolve("pending"))) {
      for (int i = 0; i < TICKETS; i++) {
        offer(intake, i);
      }
      pending = print("intake, responses whose ticket has not come", intake.stateBytes(), TICKETS);
      assertForgotten(intake);
    }

    assertThat(joined).isBetween(600 * MEBIBYTE, 1_500 * MEBIBYTE);
    assertThat(pending).isBetween(600 * MEBIBYTE, 1_500 * MEBIBYTE);
  }

  /** A ticket after the retention, and all that is left is what is known of that one. */
  private static void assertForgotten(StageDriver intake) {
    intake.advance(JOIN_RETENTION.plus(Duration.ofSeconds(1)));
    intake.send(Topics.TICKETS, id(TICKETS), ticket(TICKETS));
    for (int i = 0; i < TICKETS && intake.entries("intake-joins") > 1; i++) {
      intake.advance(Duration.ofSeconds(1));
    }
    assertThat(intake.entries("intake-joins")).isEqualTo(1);
    assertThat(intake.entries("intake-tickets")).isEqualTo(1);
    assertThat(intake.entries("intake-pending")).isZero();
  }

  private static void offer(StageDriver intake, int i) {
    for (int j = 0; j < RESPONSES && i % 2 == 1; j++) {
      intake.send(
          Topics.RESPONSES,
          id(i),
          Response.newBuilder()
              .setTicketId(id(i))
              .setResponseId("R-" + j)
              .setText("x".repeat(500))
              .build());
    }
  }

  private static Ticket ticket(int i) {
    return Ticket.newBuilder()
        .setTicketId(id(i))
        .setTenantId("tenant-" + i % 5)
        .setSubject("x".repeat(50))
        .setBody("x".repeat(550))
        .setRegion(i % 3 == 0 ? "US" : "DE")
        .setLanguage("en")
        .setChannel("email")
        .setAuditGroup("group-" + i % 4)
        .setCreatedAt(StageDriver.START)
        .build();
  }

  @Test
  void aMillionTicketsFitOnASmallDisk(@TempDir Path dir) {
    List<DecisionRecord> log = new ArrayList<>();
    long waiting;
    long ended;
    try (StageDriver decision = decision(dir.resolve("decision"))) {
      for (int i = 0; i < TICKETS; i++) {
        decision.send(Topics.SCORES, id(i), score(i, -1));
        for (int j = 0; j < RESPONSES && i % 2 == 1; j++) {
          decision.send(Topics.SCORES, id(i), score(i, j));
        }
      }
      waiting = print("decision, tickets waiting", decision.stateBytes(), TICKETS);
      log.addAll(decision.read(Topics.DECISION_LOG));
      decision.advance(Duration.ofHours(1));
      decision.advance(Duration.ofHours(1));
      decision.advance(Duration.ofHours(1));
      ended = print("decision, tickets ended", decision.stateBytes(), TICKETS);
      decision.restart();
      long begun = System.nanoTime();
      decision.advance(Duration.ofMillis(100));
      System.out.printf(
          Locale.ROOT,
          "decision, due times made anew: %.0f ms for %d tickets remembered%n",
          (System.nanoTime() - begun) / 1e6,
          TICKETS);
    }
    long reviewed;
    long counts;
    try (StageDriver oversight = oversight(dir.resolve("oversight"))) {
      for (DecisionRecord decided : log) {
        oversight.send(Topics.DECISION_LOG, decided.getTicketId(), decided);
        if (decided.getTicketId().hashCode() % 50 == 0) {
          oversight.send(Topics.EXPERT_LABELS, decided.getTicketId(), label(decided));
        }
      }
      oversight.advance(Duration.ofSeconds(1));
      oversight.advance(Duration.ofMinutes(1));
      Map<String, Long> bytes = oversight.stateBytes();
      long days = bytes.getOrDefault("oversight-days", 0L);
      long groups = bytes.getOrDefault("oversight-groups", 0L);
      long tickets = bytes.getOrDefault("oversight-reviews", 0L);
      reviewed = print("oversight", Map.of("oversight-reviews", tickets), TICKETS);
      counts = days + groups;
      System.out.printf(
          Locale.ROOT,
          "oversight counts: %d bytes a cell of a day, %d bytes a group of a month, whatever the number of tickets%n",
          days / oversight.entries("oversight-days"),
          groups / oversight.entries("oversight-groups"));
    }

    assertThat(ended).isLessThan(200 * MEBIBYTE);
    assertThat(waiting).isLessThan(4_000 * MEBIBYTE);
    assertThat(reviewed).isLessThan(400 * MEBIBYTE);
    assertThat(counts).isBetween(1L, MEBIBYTE);
  }

  /** Returns the bytes of a million tickets. */
  private static long print(String what, Map<String, Long> bytes, int tickets) {
    long sum = bytes.values().stream().mapToLong(Long::longValue).sum();
    long perMillion = sum * 1_000_000 / tickets;
    System.out.printf(
        Locale.ROOT, "%s: %d MiB a million tickets %s%n", what, perMillion / MEBIBYTE, bytes);
    return perMillion;
  }

  private static StageDriver intake(Path stateDir) {
    return StageDriver.intake(
        stateDir, Map.of("intake.join-retention", JOIN_RETENTION.toDays() + "d"));
  }

  private static StageDriver decision(Path stateDir) {
    return StageDriver.decision(stateDir, Map.of("decision.response-settle", "10m"));
  }

  private static StageDriver oversight(Path stateDir) {
    return StageDriver.oversight(stateDir, Map.of());
  }

  private static String id(int i) {
    return "00000000-0000-4000-8000-%012d".formatted(i);
  }

  private static Score score(int i, int response) {
    boolean ticket = response < 0;
    double score = ticket ? (i % 2 == 0 ? 0.9 : 0.1) : 0.9;
    return Score.newBuilder()
        .setRequestId(ticket ? id(i) : id(i) + "/R-" + response + "@0123456789ab")
        .setKind(ticket ? ScoreKind.TICKET : ScoreKind.RESPONSE)
        .setTicketId(id(i))
        .setResponseId(ticket ? null : "R-" + response)
        .setContext(
            TicketContext.newBuilder()
                .setTenantId("tenant-" + i % 5)
                .setRegion(i % 3 == 0 ? "US" : "DE")
                .setLanguage("en")
                .setChannel("email")
                .setAuditGroup("group-" + i % 4)
                .setDomain(i % 5 == 0 ? "subjective" : "technical")
                .setCreatedAt(StageDriver.START)
                .build())
        .setResponseText(ticket ? null : "x".repeat(500))
        .setStyle(new TextStyle(500, false, 0.5, 0.5, false))
        .setScore(score)
        .setLogit(0)
        .setConfidence(0.9)
        .setModel(new ModelRef("ticket-urgency", "1.0.0", "0".repeat(64)))
        .setTokens(100)
        .setOriginalTokens(100)
        .setTruncated(false)
        .setTimings(new ScoreTimings(0L, 0L, 0L))
        .setRequestedAt(StageDriver.START)
        .setScoredAt(StageDriver.START)
        .build();
  }

  private static ExpertLabel label(DecisionRecord decided) {
    return ExpertLabel.newBuilder()
        .setTicketId(decided.getTicketId())
        .setLabel(Route.URGENT)
        .setLabelledBy("expert-1")
        .setLabelledAt(StageDriver.START)
        .build();
  }
}
