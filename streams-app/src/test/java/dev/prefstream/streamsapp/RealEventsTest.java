package dev.prefstream.streamsapp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.prefstream.decision.LogReplay;
import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.AccuracyReport;
import dev.prefstream.schemas.avro.AutoResponse;
import dev.prefstream.schemas.avro.DecisionEvent;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.PersonalData;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.Response;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.Ticket;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real chats and real issues with their real times as events, each sometimes twice, through intake,
 * decision and oversight, which are restarted in between; scores follow from a hash of the request.
 * The data is not part of this repository: without a folder {@code shared/data} beside it these
 * tests are skipped and say so.
 */
class RealEventsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** An event at its own time. */
  private record Event(Instant time, SpecificRecord record) {}

  /** Every turn a ticket of its queue's tenant; one tenant in two masks what is personal. */
  @Test
  void everyTurnOfTheChatsIsRoutedOnceAndEndsOnce(@TempDir Path dir) throws IOException {
    List<Event> events = new ArrayList<>();
    Instant time = StageDriver.START;
    for (JsonNode turn : rows("routing/dev.jsonl.gz")) {
      time = time.plusSeconds(turn.get("turn").asInt() == 0 ? 5 : 1);
      events.add(
          new Event(
              time,
              Ticket.newBuilder()
                  .setTicketId(turn.get("id").asText())
                  .setTenantId(turn.get("queue").asText())
                  .setBody(turn.get("text").asText())
                  .setDomain(turn.get("queue").asText())
                  .setMetadata(Map.of("conversation", turn.get("conversation_id").asText()))
                  .build()));
    }

    try (Flow flow = new Flow(dir, Map.of(), true)) {
      for (String tenant : List.of("finance", "insurance", "airline")) {
        flow.settings(tenant, List.of(PersonalData.values()));
      }
      flow.run(events);
      flow.check(events);
      assertThat(flow.masked).as("in the texts of tenants that mask").isPositive();
      flow.print("chats: %d turns".formatted(events.size()));
    }
  }

  /** Issues and their comments at the times they were written, over six years. */
  @ParameterizedTest
  @ValueSource(strings = {"15m", "1d", "7d", "30d"})
  void everyIssueIsRoutedOnceAndEndsOnceWhetherLiveOrFromABacklog(String wait, @TempDir Path dir)
      throws IOException {
    List<Event> events = issues();
    Map<String, String> settings =
        Map.of(
            "decision.response-wait", wait,
            "decision.state-retention", "365d",
            "intake.join-retention", "365d",
            "decision.max-fabrication-risk", "1");
    Map<String, String> live;
    Map<String, String> backlog;
    try (Flow flow = new Flow(dir.resolve("live"), settings, true)) {
      flow.run(events);
      flow.check(events);
      flow.print("issues, waiting for %s".formatted(wait));
      live = flow.outcomes();
    }
    // The same years earlier: the wall clock stands, and only the records' times move.
    Duration shift = Duration.ofDays(365 * 30);
    List<Event> past =
        events.stream().map(each -> new Event(each.time().minus(shift), each.record())).toList();
    try (Flow flow = new Flow(dir.resolve("backlog"), settings, false)) {
      flow.run(past);
      flow.check(past);
      backlog = flow.outcomes();
    }

    assertThat(backlog).isEqualTo(live);
  }

  private static List<Event> issues() throws IOException {
    List<Event> events = new ArrayList<>();
    for (JsonNode issue : rows("restricted/conversations_jira.jsonl.gz")) {
      String id = issue.get("id").asText();
      events.add(
          new Event(
              Instant.parse(issue.get("created_at").asText()),
              Ticket.newBuilder()
                  .setTicketId(id)
                  .setTenantId(issue.get("product").asText())
                  .setSubject(issue.get("subject").asText())
                  .setBody(issue.get("body").asText())
                  .build()));
      int number = 0;
      for (JsonNode response : issue.get("responses")) {
        number++;
        if (!response.get("role").asText().equals("customer")) {
          events.add(
              new Event(
                  Instant.parse(response.get("created_at").asText()),
                  Response.newBuilder()
                      .setTicketId(id)
                      .setResponseId("r-" + number)
                      .setText(response.get("text").asText())
                      .build()));
        }
      }
    }
    events.sort(Comparator.comparing(Event::time));
    // The driver begins at a time of its own; what is between two events stays.
    Duration shift = Duration.between(events.get(0).time(), StageDriver.START);
    return events.stream().map(each -> new Event(each.time().plus(shift), each.record())).toList();
  }

  private static List<JsonNode> rows(String name) throws IOException {
    Path file = null;
    for (Path at = Path.of("").toAbsolutePath(); at != null && file == null; at = at.getParent()) {
      Path here = at.resolve("shared").resolve("data").resolve(name);
      file = Files.exists(here) ? here : null;
    }
    assumeTrue(file != null, "skipped: no ../shared/data/" + name + " beside this repository");
    List<JsonNode> rows = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        rows.add(JSON.readTree(line));
      }
    }
    return rows;
  }

  /** The stream stages in a row, with a scorer between intake and decision. */
  private static final class Flow implements AutoCloseable {

    private final StageDriver intake;
    private final StageDriver decision;
    private final StageDriver oversight;
    private final boolean live;
    private final Random random = new Random(7);
    private final Map<String, String> requests = new HashMap<>();
    private final List<DecisionRecord> log = new ArrayList<>();
    private final Map<String, String> answers = new TreeMap<>();
    private final Map<Instant, Long> counted = new HashMap<>();
    private int settingsSent;
    private int twice;
    private int restarts;
    private int tooLate;
    private long escalations;
    private long masked;

    /**
     * @param live whether the wall clock goes with the events; else it stands until all are in
     */
    Flow(Path dir, Map<String, String> settings, boolean live) throws IOException {
      this.live = live;
      this.intake = StageDriver.intake(Files.createDirectories(dir.resolve("intake")), settings);
      this.decision =
          StageDriver.decision(Files.createDirectories(dir.resolve("decision")), settings);
      this.oversight =
          StageDriver.oversight(Files.createDirectories(dir.resolve("oversight")), settings);
    }

    void settings(String tenant, List<PersonalData> masking) {
      settingsSent++;
      intake.send(
          Topics.PREFERENCE_SETTINGS,
          tenant,
          PreferenceSettings.newBuilder()
              .setTenantId(tenant)
              .setStrictnessLevel(0.5)
              .setMasking(masking)
              .setUpdatedAt(StageDriver.START)
              .build());
      settle();
    }

    void run(List<Event> events) {
      for (Event event : events) {
        if (live) {
          advance(Duration.between(intake.now(), event.time()));
          settle();
        }
        send(event);
        if (random.nextInt(10) == 0) {
          twice++;
          send(event);
        }
        settle();
        if (random.nextInt(1_000) == 0) {
          restart();
        }
      }
      advance(Duration.ofDays(40));
      settle();
      oversight.advance(Duration.ofMinutes(1));
      oversight.advance(Duration.ofMinutes(1));
      settle();
    }

    private void send(Event event) {
      if (event.record() instanceof Ticket ticket) {
        intake.send(Topics.TICKETS, new TestRecord<>(ticket.getTicketId(), ticket, event.time()));
      } else if (event.record() instanceof Response response) {
        intake.send(
            Topics.RESPONSES, new TestRecord<>(response.getTicketId(), response, event.time()));
      }
    }

    private void restart() {
      restarts++;
      intake.restart();
      oversight.restart();
      decision.restart();
      // The driver counts offsets, of which versions of settings are made, from 0 again: go on.
      for (int i = 0; i < settingsSent; i++) {
        intake.send(Topics.PREFERENCE_SETTINGS, new TestRecord<>("nobody", null, intake.now()));
      }
    }

    /** Both clocks of a live system go on: what is due within minutes comes before months pass. */
    private void advance(Duration time) {
      Duration left = time;
      for (Duration step : List.of(Duration.ofSeconds(1), Duration.ofMinutes(1), time)) {
        Duration next = step.compareTo(left) < 0 ? step : left;
        if (!next.isZero() && !next.isNegative()) {
          intake.advance(next);
          decision.advance(next);
          oversight.advance(next);
          left = left.minus(next);
        }
      }
    }

    /** Passes on what each stage has written, and keeps what comes out at the end. */
    private void settle() {
      for (TestRecord<String, ScoringRequest> each : intake.readRecords(Topics.SCORING_REQUESTS)) {
        score(each);
      }
      for (TestRecord<String, DecisionRecord> each : decision.readRecords(Topics.DECISION_LOG)) {
        log.add(each.value());
        oversight.send(Topics.DECISION_LOG, each);
      }
      escalations += decision.read(Topics.ROUTING_URGENT).size();
      for (AutoResponse each : decision.read(Topics.AUTO_RESPONSES)) {
        assertThat(answers.put(each.getTicketId(), each.getResponseId())).isNull();
      }
      for (AccuracyReport each : oversight.read(Topics.ACCURACY_REPORTS)) {
        if (each.getTenantId().equals("*") && each.getDomain().equals("*")) {
          counted.put(each.getWindowStart(), each.getDecisions());
        }
      }
    }

    private void score(TestRecord<String, ScoringRequest> request) {
      ScoringRequest value = request.value();
      assertThat(requests.put(value.getRequestId(), value.getBody()))
          .as("%s asked for twice", value.getRequestId())
          .isNull();
      if (value.getKind() == ScoreKind.TICKET) {
        masked += value.getBody().matches("(?s).*\\[(TOKEN|EMAIL|IBAN|CARD|PHONE)].*") ? 1 : 0;
      }
      double score = new Random(value.getRequestId().hashCode()).nextDouble();
      decision.send(
          Topics.SCORES,
          new TestRecord<>(
              request.key(),
              FakeScorer.score(value, score, decision.now()),
              request.headers(),
              request.getRecordTime()));
    }

    void check(List<Event> events) {
      Set<String> tickets = new TreeSet<>();
      Set<String> responses = new HashSet<>();
      for (Event each : events) {
        if (each.record() instanceof Ticket ticket) {
          tickets.add(ticket.getTicketId());
        } else if (each.record() instanceof Response response) {
          responses.add(response.getTicketId() + "/" + response.getResponseId());
        }
      }
      // What came later than the longest retention there is waits for a ticket that is forgotten.
      tooLate = responses.size() + tickets.size() - requests.size();
      assertThat(Metric.UNMATCHED_RESPONSES.counter(intake.registry()).count())
          .as("one request each, or forgotten and counted")
          .isEqualTo(tooLate - intake.entries("intake-pending"));
      assertThat(tooLate)
          .as("of %d responses", responses.size())
          .isBetween(0, responses.size() / 20);
      assertThat(ids(DecisionEvent.ROUTED)).containsExactlyInAnyOrderElementsOf(tickets);
      List<String> ended = new ArrayList<>(ids(DecisionEvent.AUTO_RESPONDED));
      ended.addAll(ids(DecisionEvent.ESCALATED));
      assertThat(ended)
          .containsExactlyInAnyOrderElementsOf(
              log.stream()
                  .filter(each -> each.getEvent() == DecisionEvent.ROUTED)
                  .filter(each -> each.getRoute() == Route.STANDARD)
                  .map(DecisionRecord::getTicketId)
                  .toList());
      assertThat(answers.keySet())
          .containsExactlyInAnyOrderElementsOf(ids(DecisionEvent.AUTO_RESPONDED));
      assertThat(escalations).isEqualTo(ids(DecisionEvent.ESCALATED).size());
      LogReplay replay = new LogReplay();
      assertThat(log.stream().map(replay::take).flatMap(Optional::stream)).as("replay").isEmpty();
      assertThat(replay.counts()).isEqualTo(new LogReplay.Counts(log.size(), 0, 0, 0));
      assertThat(counted.values().stream().mapToLong(Long::longValue).sum())
          .as("decisions in the accuracy reports")
          .isEqualTo(tickets.size());
      for (StageDriver stage : List.of(intake, decision, oversight)) {
        assertThat(stage.deadLetters()).isEmpty();
        assertThat(stage.received()).isEqualTo(stage.processed() + stage.duplicates());
      }
      assertThat(intake.duplicates()).isEqualTo(twice);
    }

    /** How each ticket ended. */
    Map<String, String> outcomes() {
      Map<String, String> outcomes = new TreeMap<>();
      log.forEach(
          each ->
              outcomes.merge(
                  each.getTicketId(),
                  each.getEvent() + " " + each.getRoute() + " " + each.getResponseId(),
                  (one, other) -> one + ", " + other));
      return outcomes;
    }

    void print(String what) {
      System.out.printf(
          "%s: %d requests, %d routed (%d urgent), %d answered, %d escalated, %d responses after the retention, %d events sent twice, %d restarts, %d masked texts%n",
          what,
          requests.size(),
          ids(DecisionEvent.ROUTED).size(),
          log.stream()
              .filter(each -> each.getEvent() == DecisionEvent.ROUTED)
              .filter(each -> each.getRoute() == Route.URGENT)
              .count(),
          answers.size(),
          ids(DecisionEvent.ESCALATED).size(),
          tooLate,
          twice,
          restarts,
          masked);
    }

    private List<String> ids(DecisionEvent event) {
      return log.stream()
          .filter(each -> each.getEvent() == event)
          .map(DecisionRecord::getTicketId)
          .toList();
    }

    @Override
    public void close() {
      intake.close();
      decision.close();
      oversight.close();
    }
  }
}
