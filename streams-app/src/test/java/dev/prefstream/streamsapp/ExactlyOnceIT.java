package dev.prefstream.streamsapp;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.prefstream.decision.LogReplay;
import dev.prefstream.embedded.EmbeddedCluster;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.kafka.TopicAdmin;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.AutoResponse;
import dev.prefstream.schemas.avro.DeadLetter;
import dev.prefstream.schemas.avro.DecisionEvent;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.Erasure;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.Response;
import dev.prefstream.schemas.avro.ResponseSource;
import dev.prefstream.schemas.avro.RoutingDecision;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.Ticket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The stream stages on a real broker and registry, killed in the middle of their work: twice while
 * tickets are routed and answered and responses edited, once with erasures and edits of what was
 * sent on their way, once while tickets escalate.
 */
class ExactlyOnceIT {

  private static final int TICKETS = 1_500;
  private static final int PARTITIONS = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Above this tenant's strictness and below the built-in one. */
  private static final double URGENT_HERE = 0.65;

  private static final IntPredicate ALL = i -> true;
  private static final IntPredicate URGENT = i -> i % 2 == 0;
  private static final IntPredicate OFFERED = i -> i % 3 == 0;
  private static final IntPredicate ANSWERED = URGENT.negate().and(OFFERED);

  /** What a response says first, below the floor: its ticket waits for the edit. */
  private static final String DRAFT = "We are looking into it. ".repeat(25);

  /** What is sent. Long enough, as all of them, to lose nothing to style control. */
  private static final String ANSWER = "Thank you for your patience. ".repeat(20);

  /** What would have been sent, had it come in time. */
  private static final String AFTERTHOUGHT = "It was mended this morning. ".repeat(20);

  private static final Map<String, Double> SCORES =
      Map.of(DRAFT, 0.1, ANSWER, 0.9, AFTERTHOUGHT, 0.95);

  /** Their response is edited before they come, as far as intake reads in that order. */
  private static final IntPredicate EDITED_BEFORE =
      ANSWERED.and(i -> i % 12 == 3 && i < TICKETS / 2);

  private static final IntPredicate EDITED_IN_BETWEEN = ANSWERED.and(i -> i % 12 == 9);
  private static final IntPredicate EDITED_TOO_LATE =
      ANSWERED.and(EDITED_BEFORE.or(EDITED_IN_BETWEEN).negate());

  /** Some of those that wait for a response when they are to be forgotten. */
  private static final IntPredicate ERASED = i -> i < 120 && i % 6 == 1;

  private static final IntPredicate ESCALATED = URGENT.or(OFFERED).or(ERASED).negate();

  /** So long that no waiting ends by the wall clock; {@link #LATE} tickets end it. */
  private static final Duration WAIT = Duration.ofMinutes(20);

  /** Longer than the wait, and not so far ahead that a broker refuses the record. */
  private static final Duration LATER = Duration.ofMinutes(40);

  /** Urgent ones that come when the waiting of all others is over. */
  private static final List<String> LATE =
      IntStream.range(0, 30).mapToObj(i -> "L-" + 2 * i).toList();

  /** Texts of responses by where they were published. */
  private final Map<ResponseSource, String> published = new ConcurrentHashMap<>();

  @Test
  void everyTicketIsDecidedAndEndsOnceOrIsRefusedThoughTheProcessIsKilled(@TempDir Path dir)
      throws Exception {
    try (EmbeddedCluster cluster = EmbeddedCluster.start(dir.resolve("cluster"), 0, 0)) {
      Map<String, String> settings = new HashMap<>(cluster.configuration());
      settings.put("topics.partitions", Integer.toString(PARTITIONS));
      settings.put("streams.state-dir", dir.resolve("state").toString());
      settings.put("instance.id", "only");
      settings.put("decision.response-settle", "200ms");
      settings.put("decision.response-wait", WAIT.toMinutes() + "m");
      settings.put("streams.clock-tolerance", "1d");
      Installation installation =
          Installation.of(StageDriver.configuration(dir.resolve("app"), settings));
      try (Admin admin = Admin.create(installation.clientConfig())) {
        new TopicAdmin(admin, installation, PARTITIONS, 1).create();
      }
      send(installation, Topics.PREFERENCE_SETTINGS, List.of(strict()));

      try (FakeScorer scorer = new FakeScorer(installation, ExactlyOnceIT::score);
          CommittedTopic<DecisionRecord> log =
              new CommittedTopic<>(installation, Topics.DECISION_LOG);
          CommittedTopic<ScoringRequest> requests =
              new CommittedTopic<>(installation, Topics.SCORING_REQUESTS);
          CommittedTopic<Erasure> erased = new CommittedTopic<>(installation, Topics.ERASURES);
          CommittedTopic<DeadLetter> refused =
              new CommittedTopic<>(installation, Topics.DEAD_LETTERS)) {
        try (StreamsAppProcess app = StreamsAppProcess.start(dir, settings)) {
          await().atMost(PATIENCE).until(() -> settingsInForce(installation));
          publish(installation, ExactlyOnceIT::first);
          awaitSize(log, TICKETS / 4);
          offer(installation, ids(EDITED_IN_BETWEEN.and(i -> i % 24 == 9)), ExactlyOnceIT::last);
          app.kill();
        }
        try (StreamsAppProcess app = StreamsAppProcess.start(dir, settings)) {
          awaitSize(log, TICKETS / 2);
          offer(installation, ids(EDITED_IN_BETWEEN.and(i -> i % 24 != 9)), ExactlyOnceIT::last);
          app.kill();
        }
        assertThat(ticketsOf(log.values(), DecisionEvent.ROUTED))
            .as("work is left for the next run")
            .hasSizeLessThan(TICKETS);
        try (StreamsAppProcess app = StreamsAppProcess.start(dir, settings)) {
          awaitSize(log, TICKETS + ids(ANSWERED).size());
          awaitSize(refused, 3);
          erase(installation, ids(ERASED));
          offer(installation, ids(EDITED_TOO_LATE), ExactlyOnceIT::last);
          awaitSize(erased, 1);
          app.kill();
        }
        try (StreamsAppProcess app = StreamsAppProcess.start(dir, settings)) {
          awaitSize(erased, ids(ERASED).size());
          await().atMost(PATIENCE).until(() -> isDecided(Topics.ERASURES, installation));
          sendLate(installation, partition -> partition == 0);
          await()
              .atMost(PATIENCE)
              .pollInterval(Duration.ofMillis(5))
              .until(() -> !ticketsOf(log.values(), DecisionEvent.ESCALATED).isEmpty());
          app.kill();
        }
        sendLate(installation, partition -> partition != 0);
        assertThat(ticketsOf(log.values(), DecisionEvent.ESCALATED))
            .as("work is left for the last run")
            .hasSizeLessThan(ids(ESCALATED).size());
        try (StreamsAppProcess app = StreamsAppProcess.start(dir, settings)) {
          awaitSize(log, TICKETS + LATE.size() + ids(ANSWERED.or(ESCALATED)).size());
          publish(installation, ExactlyOnceIT::last); // Once more: nothing may come of it.
          awaitSize(refused, 6);
          await()
              .atMost(PATIENCE)
              .until(
                  () ->
                      lastTexts(requests.values())
                          .equals(
                              ids(OFFERED).stream()
                                  .collect(Collectors.toMap(id -> id, ExactlyOnceIT::last))));
          await().atMost(PATIENCE).until(() -> isDecided(Topics.SCORES, installation));
        }
        assertOnceEach(installation, log.values(), refused.values());
        assertAsksForEachTextOnce(requests.values());
        assertAnswersWithWhatWasPublished(values(installation, Topics.AUTO_RESPONSES));
        assertThat(erased.values())
            .extracting(Erasure::getTicketId)
            .containsExactlyInAnyOrderElementsOf(ids(ERASED));
        assertReplays(log.values());
      }
    }
  }

  private static void assertOnceEach(
      Installation installation, List<DecisionRecord> log, List<DeadLetter> refused) {
    assertThat(ticketsOf(log, DecisionEvent.ROUTED))
        .containsExactlyInAnyOrderElementsOf(both(ids(ALL), LATE));
    assertThat(ticketsOf(log, DecisionEvent.AUTO_RESPONDED))
        .containsExactlyInAnyOrderElementsOf(ids(ANSWERED));
    assertThat(ticketsOf(log, DecisionEvent.ESCALATED))
        .containsExactlyInAnyOrderElementsOf(ids(ESCALATED));
    assertThat(values(installation, Topics.ROUTING_URGENT))
        .extracting(RoutingDecision::getDecisionId)
        .containsExactlyInAnyOrderElementsOf(
            both(decisions(both(ids(URGENT), LATE), 1), decisions(ids(ESCALATED), 2)));
    assertThat(values(installation, Topics.ROUTING_STANDARD))
        .extracting(RoutingDecision::getDecisionId)
        .containsExactlyInAnyOrderElementsOf(decisions(ids(URGENT.negate()), 1));
    assertThat(values(installation, Topics.AUTO_RESPONSES))
        .extracting(AutoResponse::getTicketId)
        .containsExactlyInAnyOrderElementsOf(ids(ANSWERED));
    assertThat(refused)
        .extracting(DeadLetter::getReason)
        .containsExactlyInAnyOrder(
            "EMPTY_TEXT",
            "INVALID_FIELD",
            "UNDECODABLE",
            "EMPTY_TEXT",
            "INVALID_FIELD",
            "UNDECODABLE");
  }

  /** Each text in the order it was published, or only the last of those before their ticket. */
  private static void assertAsksForEachTextOnce(List<ScoringRequest> requests) {
    assertThat(requests).extracting(ScoringRequest::getRequestId).doesNotHaveDuplicates();
    Map<String, List<ScoringRequest>> ofResponses =
        requests.stream()
            .filter(each -> each.getKind() == ScoreKind.RESPONSE)
            .collect(Collectors.groupingBy(ScoringRequest::getTicketId));
    assertThat(requests.size() - ofResponses.values().stream().mapToInt(List::size).sum())
        .as("of tickets")
        .isEqualTo(TICKETS + LATE.size());
    ofResponses.forEach(
        (id, each) -> {
          boolean before = EDITED_BEFORE.test(number(id));
          boolean edited = EDITED_IN_BETWEEN.or(EDITED_TOO_LATE).test(number(id));
          assertThat(each).as(id).hasSizeBetween(edited ? 2 : 1, edited || before ? 2 : 1);
          assertThat(each)
              .extracting(request -> request.getResponseSource().getOffset())
              .as(id)
              .isSorted();
        });
    assertThat(ids(EDITED_BEFORE))
        .as("edited before their ticket came")
        .anySatisfy(id -> assertThat(ofResponses.get(id)).hasSize(1));
  }

  private void assertAnswersWithWhatWasPublished(List<AutoResponse> answers) {
    assertThat(answers)
        .allSatisfy(
            answer -> {
              assertThat(answer.getText()).isEqualTo(ANSWER);
              assertThat(published.get(answer.getSource())).isEqualTo(ANSWER);
              assertThat(answer.getScore()).isEqualTo(SCORES.get(ANSWER));
            });
  }

  /** Whatever was written under crashes decides again as it did, and nothing is there twice. */
  private static void assertReplays(List<DecisionRecord> log) {
    LogReplay replay = new LogReplay();
    assertThat(log).allSatisfy(record -> assertThat(replay.take(record)).isEmpty());
    assertThat(replay.counts()).isEqualTo(new LogReplay.Counts(log.size(), 0, 0, 0));
  }

  /** Each partition holds the one settings record, and intake has taken it. */
  private static boolean settingsInForce(Installation installation) throws Exception {
    Map<TopicPartition, Long> taken = taken("intake", installation);
    return partitions(installation, Topics.SETTINGS_IN_FORCE).stream()
        .allMatch(each -> taken.getOrDefault(each, 0L) >= 1);
  }

  /** Whether the decision stage has taken all of it; the last offset may be a transaction's end. */
  private static boolean isDecided(Topic<?> topic, Installation installation) throws Exception {
    Map<TopicPartition, Long> taken = taken("decision", installation);
    List<TopicPartition> partitions = partitions(installation, topic);
    try (Admin admin = Admin.create(installation.clientConfig())) {
      var ends =
          admin
              .listOffsets(
                  partitions.stream()
                      .collect(Collectors.toMap(each -> each, each -> OffsetSpec.latest())))
              .all()
              .get();
      return partitions.stream()
          .allMatch(
              each -> taken.getOrDefault(each, 0L) >= requireNonNull(ends.get(each)).offset() - 1);
    }
  }

  /** Offsets up to which a stage has taken its topics. */
  private static Map<TopicPartition, Long> taken(String stage, Installation installation)
      throws Exception {
    try (Admin admin = Admin.create(installation.clientConfig())) {
      return admin
          .listConsumerGroupOffsets(installation.scoped(stage))
          .partitionsToOffsetAndMetadata()
          .get()
          .entrySet()
          .stream()
          .filter(each -> each.getValue() != null)
          .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().offset()));
    }
  }

  private static List<TopicPartition> partitions(Installation installation, Topic<?> topic) {
    return IntStream.range(0, PARTITIONS)
        .mapToObj(i -> new TopicPartition(installation.name(topic), i))
        .toList();
  }

  private static void erase(Installation installation, List<String> ids) {
    try (KafkaProducer<String, Ticket> producer =
        new KafkaProducer<>(
            installation.clientConfig(),
            new StringSerializer(),
            installation.serializer(Topics.TICKETS))) {
      ids.forEach(
          id -> producer.send(new ProducerRecord<>(installation.name(Topics.TICKETS), id, null)));
    }
  }

  /** They bring stream time to where the waiting of the partition's other tickets is over. */
  private static void sendLate(Installation installation, IntPredicate partitions) {
    long time = System.currentTimeMillis() + LATER.toMillis();
    try (KafkaProducer<String, Ticket> producer =
        new KafkaProducer<>(
            installation.clientConfig(),
            new StringSerializer(),
            installation.serializer(Topics.TICKETS))) {
      for (String id : LATE) {
        int partition =
            BuiltInPartitioner.partitionForKey(id.getBytes(StandardCharsets.UTF_8), PARTITIONS);
        if (partitions.test(partition)) {
          producer.send(
              new ProducerRecord<>(
                  installation.name(Topics.TICKETS), partition, time, id, ticket(id, "late")));
        }
      }
    }
  }

  private static double score(ScoringRequest request) {
    if (request.getKind() == ScoreKind.RESPONSE) {
      return requireNonNull(SCORES.get(request.getResponseText()));
    }
    return URGENT.test(number(request.getTicketId())) ? URGENT_HERE : 0.1;
  }

  private static int number(String ticketId) {
    return Integer.parseInt(ticketId.substring(2));
  }

  private static PreferenceSettings strict() {
    return PreferenceSettings.newBuilder()
        .setTenantId("strict")
        .setStrictnessLevel(0.6)
        .setUpdatedAt(StageDriver.START)
        .build();
  }

  /**
   * @param text of the response to a ticket
   */
  private void publish(Installation installation, UnaryOperator<String> text) {
    List<String> offered = ids(OFFERED);
    int half = offered.size() / 2;
    offer(installation, offered.subList(0, half), text);
    offer(installation, ids(EDITED_BEFORE), ExactlyOnceIT::last);
    send(
        installation,
        Topics.TICKETS,
        ids(ALL).stream().map(id -> ticket(id, "text of " + id)).toList());
    offer(installation, offered.subList(half, offered.size()), text);
    send(installation, Topics.TICKETS, List.of(ticket("empty", " ")));
    sendBadly(installation);
  }

  /** The first text of the response to a ticket. */
  private static String first(String ticketId) {
    return EDITED_BEFORE.or(EDITED_IN_BETWEEN).test(number(ticketId)) ? DRAFT : ANSWER;
  }

  /** The last text of the response to a ticket. */
  private static String last(String ticketId) {
    return EDITED_TOO_LATE.test(number(ticketId)) ? AFTERTHOUGHT : ANSWER;
  }

  private void offer(Installation installation, List<String> tickets, UnaryOperator<String> text) {
    try (KafkaProducer<String, Response> producer =
        new KafkaProducer<>(
            installation.clientConfig(),
            new StringSerializer(),
            installation.serializer(Topics.RESPONSES))) {
      for (String id : tickets) {
        Response response = response(id, text.apply(id));
        producer.send(
            new ProducerRecord<>(installation.name(Topics.RESPONSES), id, response),
            (sent, failure) ->
                published.put(
                    new ResponseSource(sent.partition(), sent.offset(), 0), response.getText()));
      }
    }
  }

  private static Ticket ticket(String id, String body) {
    return Ticket.newBuilder().setTicketId(id).setTenantId("strict").setBody(body).build();
  }

  private static Response response(String ticketId, String text) {
    return Response.newBuilder().setTicketId(ticketId).setResponseId("R").setText(text).build();
  }

  private static <V extends SpecificRecord> void send(
      Installation installation, Topic<V> topic, List<V> values) {
    try (KafkaProducer<String, V> producer =
        new KafkaProducer<>(
            installation.clientConfig(), new StringSerializer(), installation.serializer(topic))) {
      for (V value : values) {
        producer.send(
            new ProducerRecord<>(installation.name(topic), String.valueOf(value.get(0)), value));
      }
    }
  }

  /** A ticket under another key, and, as the last record of all, bytes that are no ticket. */
  private static void sendBadly(Installation installation) {
    try (KafkaProducer<String, Ticket> producer =
            new KafkaProducer<>(
                installation.clientConfig(),
                new StringSerializer(),
                installation.serializer(Topics.TICKETS));
        KafkaProducer<String, byte[]> bytes =
            new KafkaProducer<>(
                installation.clientConfig(), new StringSerializer(), new ByteArraySerializer())) {
      String topic = installation.name(Topics.TICKETS);
      producer.send(new ProducerRecord<>(topic, "other-key", ticket("T-bad", "text")));
      producer.flush();
      bytes.send(new ProducerRecord<>(topic, "T-bytes", new byte[] {1, 2, 3}));
    }
  }

  /** Of the response to each ticket. */
  private static Map<String, String> lastTexts(List<ScoringRequest> requests) {
    return requests.stream()
        .filter(each -> each.getKind() == ScoreKind.RESPONSE)
        .collect(
            Collectors.toMap(
                ScoringRequest::getTicketId,
                ScoringRequest::getResponseText,
                (former, later) -> later));
  }

  private static void awaitSize(CommittedTopic<?> topic, int size) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> topic.values().size() >= size);
  }

  private static List<String> ticketsOf(List<DecisionRecord> log, DecisionEvent event) {
    return log.stream()
        .filter(record -> record.getEvent() == event)
        .map(DecisionRecord::getTicketId)
        .toList();
  }

  private static List<String> decisions(List<String> tickets, int revision) {
    return tickets.stream().map(id -> id + "#" + revision).toList();
  }

  private static List<String> both(List<String> some, List<String> others) {
    return Stream.concat(some.stream(), others.stream()).toList();
  }

  private static List<String> ids(IntPredicate which) {
    return IntStream.range(0, TICKETS).filter(which).mapToObj(i -> "T-" + i).toList();
  }

  private static <V extends SpecificRecord> List<V> values(
      Installation installation, Topic<V> topic) {
    try (CommittedTopic<V> committed = new CommittedTopic<>(installation, topic)) {
      return committed.values();
    }
  }
}
