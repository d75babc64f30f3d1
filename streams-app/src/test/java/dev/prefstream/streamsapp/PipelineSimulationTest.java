package dev.prefstream.streamsapp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.decision.LogReplay;
import dev.prefstream.policy.records.Routing;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.AutoResponse;
import dev.prefstream.schemas.avro.DecisionEvent;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.Erasure;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.Response;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.RoutingDecision;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.Ticket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Intake and decision with a scorer between them that routes, over events in an order drawn by
 * chance: before, after, twice, edited, refused, erased, stamped days off; both stages restarted in
 * between. Stream time follows the records, the wall clock goes its own way.
 */
@SuppressWarnings("NullAway.Init") // Made by the test itself.
class PipelineSimulationTest {

  private static final int TICKETS = 40;
  private static final int STEPS = 400;
  private static final double FLOOR = 0.3;
  private static final String TICKET_TEXT = "text of ";
  private static final String RESPONSE_TEXT = "Answer ";
  private static final Map<String, String> SETTINGS =
      Map.of("decision.response-floor", Double.toString(FLOOR));

  private final Set<String> published = new HashSet<>();
  private final Set<String> erased = new HashSet<>();
  private final List<TestRecord<String, ScoringRequest>> unscored = new ArrayList<>();
  private final List<DecisionRecord> log = new ArrayList<>();
  private final List<RoutingDecision> routings = new ArrayList<>();
  private final List<RoutingDecision> escalations = new ArrayList<>();
  private final List<AutoResponse> answers = new ArrayList<>();
  private final List<String> publishedTexts = new ArrayList<>();
  private final Set<String> scoredTickets = new HashSet<>();
  private final Map<String, Long> newestScored = new HashMap<>();
  private int refused;
  private int settingsSent;
  private int restarts;
  private int outdated;
  private int deadLetters;

  private Random random;
  private StageDriver intake;
  private StageDriver decision;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void everyTicketIsRoutedOnceAndEveryStandardOneEnds(long seed, @TempDir Path dir) {
    random = new Random(seed);
    intake = StageDriver.intake(dir.resolve("intake"), SETTINGS);
    decision = StageDriver.decision(dir.resolve("decision"), SETTINGS);
    for (int step = 0; step < STEPS; step++) {
      event();
      settle();
    }
    while (!unscored.isEmpty()) {
      score();
      settle();
    }
    advance(Duration.ofHours(1));
    settle();
    check();
  }

  @AfterEach
  void close() {
    intake.close();
    decision.close();
  }

  private void event() {
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> ticket();
      case 3, 4, 5 -> response();
      case 6, 7, 8 -> score();
      case 9 -> advance(Duration.ofMillis(random.nextInt(60_000)));
      case 10 -> settings();
      default -> rare();
    }
  }

  private void rare() {
    switch (random.nextInt(5)) {
      case 0 -> {
        restarts++;
        restartIntake();
      }
      case 1 -> {
        restarts++;
        decision.restart();
      }
      case 2 -> advance(Duration.ofMinutes(random.nextInt(30)));
      case 3 -> {
        String id = anId();
        erased.add(id);
        intake.send(Topics.TICKETS, new TestRecord<>(id, null, time()));
      }
      default -> {
        refused++;
        send(response("T-1", "R-1", " "));
      }
    }
  }

  /** New, or again; sometimes with other content, which is refused. */
  private void ticket() {
    String id = anId();
    boolean known = published.contains(id) && !erased.contains(id);
    boolean conflicting = known && random.nextInt(4) == 0;
    refused += conflicting ? 1 : 0;
    if (!erased.contains(id)) {
      published.add(id);
    }
    Ticket ticket =
        Ticket.newBuilder()
            .setTicketId(id)
            .setTenantId("tenant-" + id.hashCode() % 2)
            .setBody(conflicting ? "something else" : TICKET_TEXT + id)
            .build();
    intake.send(Topics.TICKETS, new TestRecord<>(id, ticket, time()));
  }

  private void response() {
    String id = anId();
    String responseId = "R-" + random.nextInt(4);
    String text = (RESPONSE_TEXT + random.nextInt(3) + " to you. ").repeat(30);
    send(response(id, responseId, text));
  }

  /** Its place in {@link #publishedTexts} is its offset. */
  private void send(Response response) {
    publishedTexts.add(response.getTicketId() + response.getResponseId() + response.getText());
    intake.send(Topics.RESPONSES, new TestRecord<>(response.getTicketId(), response, time()));
  }

  private static Response response(String ticketId, String responseId, String text) {
    return Response.newBuilder()
        .setTicketId(ticketId)
        .setResponseId(responseId)
        .setText(text)
        .build();
  }

  /** Answers one of the waiting requests, whichever, and sometimes twice; routes a ticket once. */
  private void score() {
    if (unscored.isEmpty()) {
      return;
    }
    int which = random.nextInt(unscored.size());
    TestRecord<String, ScoringRequest> request = unscored.get(which);
    if (random.nextInt(5) > 0) {
      unscored.remove(which);
    }
    // Not Random: its first number hardly differs between hashes as close as those of these ids.
    double score = new SplittableRandom(request.value().getRequestId().hashCode()).nextDouble();
    Score scored = FakeScorer.score(request.value(), score, decision.now());
    if (scored.getKind() == ScoreKind.TICKET && scoredTickets.add(scored.getTicketId())) {
      routings.add(Routing.decision(Routing.decide(scored)));
    }
    decision.send(
        Topics.SCORES,
        new TestRecord<>(request.key(), scored, request.headers(), request.getRecordTime()));
    settle(); // What was due ended before the score was looked at.
    if (request.value().getKind() == ScoreKind.RESPONSE) {
      long offset = request.value().getResponseSource().getOffset();
      String response = request.key() + request.value().getResponseId();
      outdated += newestScored.getOrDefault(response, -1L) > offset ? 1 : 0;
      newestScored.merge(response, offset, Math::max);
    }
  }

  private void settings() {
    double level = random.nextInt(5) == 0 ? 1.5 : random.nextDouble();
    refused += level > 1 ? 1 : 0;
    String tenant = "tenant-" + random.nextInt(2);
    settingsSent++;
    intake.send(
        Topics.PREFERENCE_SETTINGS,
        new TestRecord<>(
            tenant,
            PreferenceSettings.newBuilder()
                .setTenantId(tenant)
                .setStrictnessLevel(level)
                .setUpdatedAt(intake.now())
                .build(),
            time()));
  }

  /**
   * The driver counts offsets, by which texts of a response and versions of settings are told
   * apart, from 0 again: go on.
   */
  private void restartIntake() {
    intake.restart();
    for (int i = 0; i < publishedTexts.size(); i++) {
      intake.send(
          Topics.RESPONSES, new TestRecord<>("nobody", response("nobody", "R", "again"), time()));
    }
    for (int i = 0; i < settingsSent; i++) {
      intake.send(Topics.PREFERENCE_SETTINGS, new TestRecord<>("nobody", null, intake.now()));
    }
  }

  /** Passes on what each stage has written, and keeps what comes out at the end. */
  private void settle() {
    for (TestRecord<String, Erasure> each : intake.readRecords(Topics.ERASURES)) {
      decision.send(Topics.ERASURES, each);
    }
    unscored.addAll(intake.readRecords(Topics.SCORING_REQUESTS));
    log.addAll(decision.read(Topics.DECISION_LOG));
    escalations.addAll(decision.read(Topics.ROUTING_URGENT));
    List<AutoResponse> chosen = decision.read(Topics.AUTO_RESPONSES);
    assertThat(chosen)
        .as("of the texts of a response the newest that was scored")
        .allSatisfy(
            each ->
                assertThat(each.getSource().getOffset())
                    .isEqualTo(newestScored.get(each.getTicketId() + each.getResponseId())));
    answers.addAll(chosen);
    deadLetters += intake.deadLetters().size() + decision.deadLetters().size();
  }

  private void check() {
    Set<String> whole = new HashSet<>(published);
    whole.removeAll(erased);
    List<String> routed = tickets(DecisionEvent.ROUTED);
    assertThat(routed).as("routed once").doesNotHaveDuplicates().containsAll(whole);
    assertThat(published).as("none that never came").containsAll(routed);
    List<String> ended = new ArrayList<>(tickets(DecisionEvent.ESCALATED));
    ended.addAll(tickets(DecisionEvent.AUTO_RESPONDED));
    List<String> waited =
        log.stream()
            .filter(each -> each.getEvent() == DecisionEvent.ROUTED)
            .filter(each -> each.getRoute() == Route.STANDARD)
            .map(DecisionRecord::getTicketId)
            .toList();
    List<String> mustEnd = new ArrayList<>(waited);
    mustEnd.removeAll(erased);
    assertThat(ended).as("ended once").doesNotHaveDuplicates().containsAll(mustEnd);
    assertThat(waited).as("only standard ones end").containsAll(ended);
    List<RoutingDecision> logged = decisions(DecisionEvent.ROUTED);
    assertThat(routings).as("what the log says was published").containsAll(logged);
    assertThat(routings.stream().filter(each -> !erased.contains(each.getTicketId())))
        .as("and nothing else, but for tickets erased in flight")
        .containsExactlyInAnyOrderElementsOf(
            logged.stream().filter(each -> !erased.contains(each.getTicketId())).toList());
    assertThat(escalations).containsExactlyInAnyOrderElementsOf(decisions(DecisionEvent.ESCALATED));
    assertThat(answers)
        .allSatisfy(
            answer -> {
              assertThat(answer.getAdjustedScore()).isGreaterThanOrEqualTo(FLOOR);
              assertThat(publishedTexts.get((int) answer.getSource().getOffset()))
                  .isEqualTo(answer.getTicketId() + answer.getResponseId() + answer.getText());
            })
        .extracting(AutoResponse::getTicketId)
        .containsExactlyInAnyOrderElementsOf(tickets(DecisionEvent.AUTO_RESPONDED));
    LogReplay replay = new LogReplay();
    assertThat(log.stream().map(replay::take).flatMap(Optional::stream)).as("replay").isEmpty();
    assertThat(deadLetters).as("dead letters").isEqualTo(refused);
    for (StageDriver stage : List.of(intake, decision)) {
      assertThat(stage.received())
          .isEqualTo(stage.processed() + stage.duplicates() + stage.deadLettered());
    }
    assertThat(decision.entries("decision-due")).as("nothing waits").isZero();
    assertThat(log.toString())
        .as("the log holds nothing that anybody wrote")
        .doesNotContain(TICKET_TEXT, RESPONSE_TEXT, "something else");
    // Or the rules above would hold of a run in which nothing happens.
    assertThat(tickets(DecisionEvent.AUTO_RESPONDED)).as("answered").isNotEmpty();
    assertThat(tickets(DecisionEvent.ESCALATED)).as("escalated").isNotEmpty();
    assertThat(waited).as("some were urgent at once").hasSizeLessThan(routed.size());
    assertThat(erased).as("erased").isNotEmpty();
    assertThat(refused).as("refused").isPositive();
    assertThat(restarts).as("restarted").isPositive();
    assertThat(outdated).as("texts scored after a newer one of the response").isPositive();
    assertThat(intake.duplicates() + decision.duplicates()).as("came twice").isPositive();
  }

  /** What subscribers read of the events in the log. */
  private List<RoutingDecision> decisions(DecisionEvent event) {
    return log.stream()
        .filter(each -> each.getEvent() == event)
        .map(each -> Routing.decision(each))
        .toList();
  }

  private List<String> tickets(DecisionEvent event) {
    return log.stream()
        .filter(each -> each.getEvent() == event)
        .map(DecisionRecord::getTicketId)
        .toList();
  }

  private void advance(Duration time) {
    intake.advance(time);
    decision.advance(time);
  }

  private String anId() {
    return "T-" + random.nextInt(TICKETS);
  }

  /** Mostly the present; sometimes hours or days off, either way. */
  private Instant time() {
    Instant now = intake.now();
    return switch (random.nextInt(10)) {
      case 0 -> now.plus(Duration.ofHours(random.nextInt(24 * 5)));
      case 1 -> now.minus(Duration.ofHours(random.nextInt(24 * 5)));
      default -> now.minusMillis(random.nextInt(1_000));
    };
  }
}
