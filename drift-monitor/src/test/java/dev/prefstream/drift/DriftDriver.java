package dev.prefstream.drift;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.Option;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.kafka.KafkaOptions;
import dev.prefstream.runtime.streams.StreamsOptions;
import dev.prefstream.runtime.streams.StreamsStage;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.DeadLetter;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftReport;
import dev.prefstream.schemas.avro.ModelRef;
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
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.IntegerDeserializer;
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

  private static final String WATCH_CHANGELOG =
      "prefstream.drift-" + SegmentStore.NAME + "-changelog";
  private static final String OBSERVE_CHANGELOG =
      "prefstream.drift-" + ObserveScores.KNOWN + "-changelog";

  final MeterRegistry registry = new SimpleMeterRegistry();
  private final Installation installation;
  private final TopologyTestDriver driver;
  private final TestInputTopic<String, Score> scores;
  private final Map<Bytes, byte[]> segments = new LinkedHashMap<>();
  private final Map<String, Integer> known = new LinkedHashMap<>();
  private int published;
  private String tenant = "default";

  DriftDriver(Path stateDir, Map<String, String> settings) {
    Configuration configuration = configuration(stateDir, settings);
    installation = Installation.of(configuration);
    Topology topology = DriftTopology.build(DriftOptions.of(configuration), installation, registry);
    driver =
        new TopologyTestDriver(
            topology,
            StreamsStage.properties(DriftMonitor.STAGE, configuration, installation, registry),
            START);
    scores =
        driver.createInputTopic(
            installation.name(Topics.SCORES),
            new StringSerializer(),
            installation.serializer(Topics.SCORES));
  }

  static Configuration configuration(Path stateDir, Map<String, String> settings) {
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
    scores.pipeInput(new TestRecord<>(score.getTicketId(), score, START.plusSeconds(published)));
    published++;
    return this;
  }

  DriftDriver tenant(String newTenant) {
    tenant = newTenant;
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

  List<DriftReport> reports() {
    return values(Topics.DRIFT_REPORTS);
  }

  List<DriftAlert> alerts() {
    return values(Topics.DRIFT_ALERTS);
  }

  List<RetrainingTrigger> triggers() {
    return values(Topics.RETRAINING_TRIGGERS);
  }

  List<DeadLetter> deadLetters() {
    return values(Topics.DEAD_LETTERS);
  }

  <V extends SpecificRecord> List<TestRecord<String, V>> records(Topic<V> topic) {
    TestOutputTopic<String, V> output =
        driver.createOutputTopic(
            installation.name(topic), new StringDeserializer(), installation.deserializer(topic));
    return output.readRecordsToList();
  }

  private <V extends SpecificRecord> List<V> values(Topic<V> topic) {
    return records(topic).stream().map(TestRecord::value).toList();
  }

  /** What was written to the store's changelog since the last call. */
  List<TestRecord<byte[], byte[]>> changelog() {
    return read(WATCH_CHANGELOG);
  }

  List<TestRecord<byte[], byte[]>> repartition() {
    return read("prefstream.drift-segments-repartition");
  }

  private List<TestRecord<byte[], byte[]>> read(String topic) {
    return driver
        .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  /**
   * Stops this one and starts another whose stores hold what this one's changelogs hold, as after
   * the loss of a machine. The changelog must not have been read before.
   */
  DriftDriver moved(Path stateDir, Map<String, String> settings) {
    read(WATCH_CHANGELOG).forEach(r -> segments.put(Bytes.wrap(r.key()), r.value()));
    read(OBSERVE_CHANGELOG)
        .forEach(
            r ->
                known.put(
                    new StringDeserializer().deserialize("", r.key()),
                    new IntegerDeserializer().deserialize("", r.value())));
    close();
    DriftDriver other = new DriftDriver(stateDir, settings);
    other.segments.putAll(segments);
    other.known.putAll(known);
    KeyValueStore<Bytes, byte[]> store = other.driver.getKeyValueStore(SegmentStore.NAME);
    segments.forEach(store::put);
    KeyValueStore<String, Integer> names = other.driver.getKeyValueStore(ObserveScores.KNOWN);
    known.forEach(names::put);
    other.published = published;
    other.tenant = tenant;
    return other;
  }

  void advance(Duration time) {
    driver.advanceWallClockTime(time);
  }

  @Override
  public void close() {
    driver.close();
  }
}
