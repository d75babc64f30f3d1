package dev.prefstream.drift;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.Option;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.kafka.KafkaOptions;
import dev.prefstream.runtime.streams.StagePace;
import dev.prefstream.runtime.streams.StateSerde;
import dev.prefstream.runtime.streams.StreamsOptions;
import dev.prefstream.runtime.streams.StreamsStage;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.TopicHeader;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.AccuracyReport;
import dev.prefstream.schemas.avro.AccuracySeen;
import dev.prefstream.schemas.avro.AccuracyState;
import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DeadLetter;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftReport;
import dev.prefstream.schemas.avro.Erasure;
import dev.prefstream.schemas.avro.FleetState;
import dev.prefstream.schemas.avro.IncidentState;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.ModelRelease;
import dev.prefstream.schemas.avro.ReferenceReset;
import dev.prefstream.schemas.avro.RetrainingDone;
import dev.prefstream.schemas.avro.RetrainingOutcome;
import dev.prefstream.schemas.avro.RetrainingTrigger;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.ScoreTimings;
import dev.prefstream.schemas.avro.TextStyle;
import dev.prefstream.schemas.avro.TicketContext;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/** Drives the whole topology in one thread, without a broker. */
final class DriftDriver implements AutoCloseable {

  static final ModelRef MODEL_A = new ModelRef("ticket-urgency", "1.0.0", "a".repeat(64));
  static final ModelRef MODEL_B = new ModelRef("ticket-urgency", "1.1.0", "b".repeat(64));
  static final Instant START = Instant.parse("2026-03-01T08:00:00Z");

  private static final Map<String, Serde<?>> KEYS = Map.of(SegmentStore.NAME, Serdes.Bytes());
  private static final Map<String, Serde<?>> VALUES =
      Map.ofEntries(
          Map.entry(SegmentStore.NAME, Serdes.ByteArray()),
          Map.entry(ObserveScores.KNOWN, Serdes.Long()),
          Map.entry(ObserveScores.DAYS, Serdes.Long()),
          Map.entry(WatchSegments.DAYS, Serdes.Long()),
          Map.entry(ObserveScores.PENDING, Serdes.ByteArray()),
          Map.entry(NameNoErased.ERASED, Serdes.Long()),
          Map.entry(IncidentStore.INCIDENTS, StateSerde.of(IncidentState.class)),
          Map.entry(IncidentStore.FLEET, StateSerde.of(FleetState.class)),
          Map.entry(AccuracyStore.ACCURACY, StateSerde.of(AccuracyState.class)),
          Map.entry(AccuracyStore.SEEN, StateSerde.of(AccuracySeen.class)),
          Map.entry(AccuracyStore.RELEASED, StateSerde.of(ModelRelease.class)));

  final MeterRegistry registry = new SimpleMeterRegistry();
  private final Installation installation;
  private final TopologyTestDriver driver;
  private final TestInputTopic<String, Score> scores;
  private final Map<String, Map<Bytes, byte[]>> changelogs = new LinkedHashMap<>();
  private final Map<String, Integer> sizes = new HashMap<>();
  private int published;
  private String tenant = "default";
  private String trace = "";

  DriftDriver(Path stateDir, Map<String, String> settings) {
    this(stateDir, settings, Map.of());
  }

  /** The stage with settings, each a key and its value. */
  static DriftDriver with(Path stateDir, String... settings) {
    Map<String, String> pairs = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      pairs.put(settings[i], settings[i + 1]);
    }
    return new DriftDriver(stateDir, pairs);
  }

  /** The stage with stores that hold something; the first thing it does is to read them. */
  private DriftDriver(
      Path stateDir, Map<String, String> settings, Map<String, Map<Bytes, byte[]>> content) {
    Configuration configuration = configuration(stateDir, settings);
    installation = Installation.of(configuration);
    Topology topology = DriftTopology.build(DriftOptions.of(configuration), installation, registry);
    driver =
        new TopologyTestDriver(
            topology,
            StreamsStage.properties(
                DriftMonitor.STAGE, StagePace.AFTERWARDS, configuration, installation, registry),
            START);
    scores =
        driver.createInputTopic(
            installation.name(Topics.SCORES),
            new StringSerializer(),
            installation.serializer(Topics.SCORES));
    restore(content);
  }

  /** Settings under which a test sees everything at once, by the rule that needs no reference. */
  static Configuration configuration(Path stateDir, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>();
    all.put("streams.clock-tolerance", "30d");
    all.put("drift.min-segment", "1");
    all.put("drift.detectors", "fixed-band");
    all.put("drift.seasonality", "none");
    all.put("topics.partitions", "1");
    all.putAll(settings);
    return plain(stateDir, all);
  }

  static Configuration plain(Path stateDir, Map<String, String> settings) {
    List<Option<?>> options = new ArrayList<>(KafkaOptions.all());
    options.addAll(StreamsOptions.all());
    options.addAll(DriftMonitor.options());
    Map<String, String> all = new HashMap<>();
    all.put("schema-registry.url", "mock://drift");
    all.put("streams.state-dir", stateDir.toString());
    all.putAll(settings);
    return Configuration.load(options, null, Map.of(), all);
  }

  /** Publishes {@code count} scores of model A, one second apart. */
  DriftDriver publish(int count, double score) {
    return publish(count, () -> score, MODEL_A);
  }

  DriftDriver publish(int count, DoubleSupplier score, ModelRef model) {
    for (int i = 0; i < count; i++) {
      publish(score(published, score.getAsDouble(), START.plusSeconds(published), model));
    }
    return this;
  }

  DriftDriver publish(Score score) {
    Headers headers = new RecordHeaders();
    TopicHeader.TRACEPARENT.add(headers, trace);
    scores.pipeInput(
        new TestRecord<>(score.getTicketId(), score, headers, START.plusSeconds(published)));
    published++;
    return this;
  }

  DriftDriver tenant(String newTenant) {
    tenant = newTenant;
    return this;
  }

  /** The trace context of scores from now on. */
  DriftDriver trace(String newTrace) {
    trace = newTrace;
    return this;
  }

  Score score(int number, double value, Instant createdAt, ModelRef model) {
    return score(tenant, number, value, createdAt, model);
  }

  static Score score(String tenant, int number, double value, Instant createdAt, ModelRef model) {
    String id = "T-" + number;
    return Score.newBuilder()
        .setRequestId(id)
        .setKind(ScoreKind.TICKET)
        .setTicketId(id)
        .setContext(
            TicketContext.newBuilder()
                .setTenantId(tenant)
                .setRegion("US")
                .setLanguage("en-US")
                .setCreatedAt(createdAt)
                .build())
        .setStyle(new TextStyle(100, false, 0.5, 0.5, false))
        .setScore(value)
        .setLogit(0.0)
        .setConfidence(Math.max(value, 1 - value))
        .setModel(model)
        .setTokens(10)
        .setOriginalTokens(10)
        .setTruncated(false)
        .setTimings(new ScoreTimings(0L, 0L, 0L))
        .setRequestedAt(createdAt)
        .setScoredAt(createdAt.plusSeconds(1))
        .build();
  }

  DriftDriver publish(Topic<AccuracyReport> topic, AccuracyReport report) {
    return pipe(topic, report.getTenantId(), report);
  }

  DriftDriver done(String triggerId, RetrainingOutcome outcome) {
    return pipe(
        Topics.RETRAINING_DONE,
        triggerId,
        RetrainingDone.newBuilder()
            .setTriggerId(triggerId)
            .setOutcome(outcome)
            .setDoneAt(START.plusSeconds(published))
            .build());
  }

  DriftDriver release(ModelRef model) {
    return pipe(
        Topics.MODEL_RELEASES,
        "ticket-urgency",
        ModelRelease.newBuilder()
            .setTask("ticket-urgency")
            .setModel(model)
            .setLocation("models/ticket-urgency")
            .setReleasedAt(START.plusSeconds(published))
            .build());
  }

  DriftDriver erase(String ticketId) {
    return erase(ticketId, START.plusSeconds(published));
  }

  DriftDriver erase(String ticketId, Instant at) {
    return pipe(Topics.ERASURES, ticketId, new Erasure(ticketId, at), at);
  }

  DriftDriver reset(String segment, Instant requestedAt) {
    return pipe(
        Topics.REFERENCE_RESETS,
        segment,
        ReferenceReset.newBuilder().setSegment(segment).setRequestedAt(requestedAt).build());
  }

  private <V extends SpecificRecord> DriftDriver pipe(Topic<V> topic, String key, V value) {
    return pipe(topic, key, value, START.plusSeconds(published));
  }

  private <V extends SpecificRecord> DriftDriver pipe(
      Topic<V> topic, String key, V value, Instant at) {
    driver
        .createInputTopic(
            installation.name(topic), new StringSerializer(), installation.serializer(topic))
        .pipeInput(key, value, at);
    return this;
  }

  List<DriftReport> reports() {
    return values(Topics.DRIFT_REPORTS);
  }

  List<DriftAlert> alerts() {
    return values(Topics.DRIFT_ALERTS);
  }

  /** Alerts that are no updates. */
  List<DriftAlert> turns() {
    return alerts().stream().filter(alert -> alert.getEvent() != AlertEvent.UPDATED).toList();
  }

  List<RetrainingTrigger> triggers() {
    return values(Topics.RETRAINING_TRIGGERS);
  }

  List<ReferenceReset> resets() {
    return values(Topics.REFERENCE_RESETS);
  }

  List<DeadLetter> deadLetters() {
    return values(Topics.DEAD_LETTERS);
  }

  <V extends SpecificRecord> List<TestRecord<String, V>> records(Topic<V> topic) {
    advance(Duration.ofSeconds(2)); // Batches that are not full go on.
    TestOutputTopic<String, V> output =
        driver.createOutputTopic(
            installation.name(topic), new StringDeserializer(), installation.deserializer(topic));
    return output.readRecordsToList();
  }

  private <V extends SpecificRecord> List<V> values(Topic<V> topic) {
    return records(topic).stream().map(TestRecord::value).toList();
  }

  /** What was written to the changelogs of all stores since the last call. */
  List<TestRecord<byte[], byte[]>> changelog() {
    List<TestRecord<byte[], byte[]>> all = new ArrayList<>();
    VALUES.keySet().forEach(store -> all.addAll(read(changelogOf(store))));
    return all;
  }

  List<TestRecord<byte[], byte[]>> repartition() {
    return read("prefstream.drift-segments-repartition");
  }

  private static String changelogOf(String store) {
    return "prefstream.drift-" + store + "-changelog";
  }

  private List<TestRecord<byte[], byte[]>> read(String topic) {
    return driver
        .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  /**
   * Stops this one and starts another whose stores hold what this one's changelogs hold, as after
   * the loss of a machine. The changelogs must not have been read before.
   */
  DriftDriver moved(Path stateDir, Map<String, String> settings) {
    for (String store : VALUES.keySet()) {
      Map<Bytes, byte[]> entries = changelogs.computeIfAbsent(store, name -> new LinkedHashMap<>());
      read(changelogOf(store))
          .forEach(
              r -> {
                if (r.value() == null) {
                  entries.remove(Bytes.wrap(r.key()));
                } else {
                  entries.put(Bytes.wrap(r.key()), r.value());
                }
              });
    }
    close();
    DriftDriver other = new DriftDriver(stateDir, settings, changelogs);
    other.published = published;
    other.tenant = tenant;
    return other;
  }

  /** What the stores hold, in bytes of keys and values. Reads the changelogs. */
  long storedBytes() {
    for (String store : VALUES.keySet()) {
      read(changelogOf(store))
          .forEach(
              r ->
                  sizes.merge(
                      store + new String(r.key(), ISO_8859_1),
                      r.value() == null ? 0 : r.key().length + r.value().length,
                      (before, now) -> now));
    }
    return sizes.values().stream().mapToLong(size -> size).sum();
  }

  /** Stores and keys of what the stores hold. Reads the changelogs. */
  List<String> storedKeys() {
    storedBytes();
    return sizes.entrySet().stream().filter(e -> e.getValue() > 0).map(Map.Entry::getKey).toList();
  }

  private void restore(Map<String, Map<Bytes, byte[]>> entries) {
    entries.forEach(
        (store, content) -> {
          changelogs.put(store, new LinkedHashMap<>(content));
          KeyValueStore<Object, Object> target = driver.getKeyValueStore(store);
          Serde<?> key = KEYS.getOrDefault(store, Serdes.String());
          Serde<?> value = requireNonNull(VALUES.get(store));
          content.forEach(
              (k, v) ->
                  target.put(
                      key.deserializer().deserialize("", k.get()),
                      value.deserializer().deserialize("", v)));
        });
  }

  void advance(Duration time) {
    driver.advanceWallClockTime(time);
  }

  @Override
  public void close() {
    driver.close();
  }
}
