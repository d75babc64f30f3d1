package dev.prefstream.streamsapp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.policy.records.Routing;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.Response;
import dev.prefstream.schemas.avro.RoutingDecision;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.TextStyle;
import dev.prefstream.schemas.avro.Ticket;
import dev.prefstream.schemas.avro.TicketContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The audit group is for audits alone: whatever it is, all that intake asks the scorer, and all
 * that the decision stage decides, is equal to the last byte, but for the field that carries it.
 */
class AuditGroupTest {

  private static final List<@Nullable String> GROUPS = new ArrayList<>();

  static {
    GROUPS.add(null);
    GROUPS.add("group-x");
    GROUPS.add("a protected group with a long name, urgent!");
  }

  @Test
  void isNoInputToAScore(@TempDir Path dir) {
    List<String> without = requests(dir.resolve("0"), null);

    assertThat(without).hasSize(40);
    for (int i = 1; i < GROUPS.size(); i++) {
      assertThat(requests(dir.resolve("" + i), GROUPS.get(i))).isEqualTo(without);
    }
  }

  @Test
  void isNoInputToADecision(@TempDir Path dir) {
    List<String> without = decisions(dir.resolve("0"), null);

    assertThat(without).hasSizeGreaterThan(80);
    for (int i = 1; i < GROUPS.size(); i++) {
      assertThat(decisions(dir.resolve("" + i), GROUPS.get(i))).isEqualTo(without);
    }
  }

  /** What intake makes of 20 tickets with a response each. */
  private static List<String> requests(Path stateDir, @Nullable String group) {
    try (StageDriver intake = StageDriver.intake(stateDir, Map.of())) {
      for (int i = 0; i < 20; i++) {
        intake.send(Topics.TICKETS, "T-" + i, ticket(i, group));
        intake.send(
            Topics.RESPONSES,
            "T-" + i,
            Response.newBuilder()
                .setTicketId("T-" + i)
                .setResponseId("R")
                .setText("Please restart printer " + i + ".")
                .build());
      }
      return bytes(intake, Topics.SCORING_REQUESTS, group, ScoringRequest::getContext);
    }
  }

  /** What comes of 40 tickets' scores, of which some are urgent and all have a response. */
  private static List<String> decisions(Path stateDir, @Nullable String group) {
    List<String> all = new ArrayList<>();
    try (StageDriver decision = StageDriver.decision(stateDir, Map.of())) {
      for (int i = 0; i < 40; i++) {
        for (Score score : scores(i, group)) {
          if (score.getKind() == ScoreKind.TICKET) {
            RoutingDecision routing = Routing.decision(Routing.decide(score));
            assertThat(routing.getContext().getAuditGroup()).isEqualTo(group);
            routing.setContext(
                TicketContext.newBuilder(routing.getContext()).setAuditGroup(null).build());
            all.add(bytes(routing));
          }
          decision.send(Topics.SCORES, score.getTicketId(), score);
        }
      }
      decision.advance(Duration.ofHours(1));
      all.addAll(bytes(decision, Topics.ROUTING_URGENT, group, RoutingDecision::getContext));
      all.addAll(bytes(decision, Topics.DECISION_LOG, group, DecisionRecord::getContext));
      return all;
    }
  }

  private static Ticket ticket(int i, @Nullable String group) {
    return Ticket.newBuilder()
        .setTicketId("T-" + i)
        .setSubject("Printer " + i)
        .setBody("It is on fire" + "!".repeat(i))
        .setRegion(i % 2 == 0 ? "US" : "JP")
        .setCreatedAt(StageDriver.START)
        .setAuditGroup(group)
        .build();
  }

  private static List<Score> scores(int i, @Nullable String group) {
    String id = "T-" + i;
    ScoringRequest request =
        ScoringRequest.newBuilder()
            .setRequestId(id)
            .setKind(ScoreKind.TICKET)
            .setTicketId(id)
            .setContext(
                TicketContext.newBuilder()
                    .setTenantId("default")
                    .setAuditGroup(group)
                    .setCreatedAt(StageDriver.START)
                    .build())
            .setSubject("subject")
            .setBody("body")
            .setStyle(new TextStyle(500, false, 0.5, 0.5, false))
            .setRequestedAt(StageDriver.START)
            .build();
    Score ticket = FakeScorer.score(request, i / 40.0, StageDriver.START);
    ScoringRequest forResponse =
        ScoringRequest.newBuilder(request)
            .setRequestId(id + "/R")
            .setKind(ScoreKind.RESPONSE)
            .setResponseId("R")
            .setResponseText("text")
            .build();
    return List.of(
        ticket, FakeScorer.score(forResponse, i % 2 == 0 ? 0.9 : 0.1, StageDriver.START));
  }

  /** The records, which must carry the group, as bytes without it. */
  private static <V extends SpecificRecord> List<String> bytes(
      StageDriver stage,
      Topic<V> topic,
      @Nullable String group,
      Function<V, TicketContext> context) {
    List<String> all = new ArrayList<>();
    for (V record : stage.read(topic)) {
      assertThat(context.apply(record).getAuditGroup()).isEqualTo(group);
      context.apply(record).setAuditGroup(null);
      all.add(bytes(record));
    }
    return all;
  }

  private static String bytes(SpecificRecord record) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    try {
      new SpecificDatumWriter<SpecificRecord>(record.getSchema()).write(record, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return HexFormat.of().formatHex(out.toByteArray());
  }
}
