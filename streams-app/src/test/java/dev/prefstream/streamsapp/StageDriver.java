package dev.prefstream.streamsapp;

import dev.prefstream.decision.DecisionOptions;
import dev.prefstream.decision.DecisionTopology;
import dev.prefstream.intake.IntakeOptions;
import dev.prefstream.intake.IntakeTopology;
import dev.prefstream.oversight.OversightOptions;
import dev.prefstream.oversight.OversightTopology;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.Option;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.kafka.KafkaOptions;
import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.runtime.streams.StagePace;
import dev.prefstream.runtime.streams.StateSerde;
import dev.prefstream.runtime.streams.StreamsOptions;
import dev.prefstream.runtime.streams.StreamsStage;
import dev.prefstream.runtime.streams.TopicStreams;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.DeadLetter;
import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/**
 * Runs one stage without a broker, with the configuration and handlers it has in production but for
 * transactions. Time stands at {@link #START} until it is advanced.
 */
public final class StageDriver implements AutoCloseable {

  public static final Instant START = Instant.parse("2026-03-02T08:00:00Z");

  /** Stores that a stage makes anew when it begins; Streams does not tell which those are. */
  private static final Set<String> WITHOUT_CHANGELOG = Set.of("decision-due");

  /** How a stage's topology is made. */
  private interface Builder {
    Topology build(Configuration configuration, TopicStreams topics, MeterRegistry registry);
  }

  private final String stage;
  private final String registryScope = UUID.randomUUID().toString();
  private final Installation installation;
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private Duration advanced = Duration.ZERO;
  private final Builder builder;
  private final Configuration configuration;
  private TopologyTestDriver driver;
  private final Map<String, TestInputTopic<String, ?>> inputs = new HashMap<>();
  private final Map<String, TestOutputTopic<String, ?>> outputs = new HashMap<>();

  /**
   * Intake.
   *
   * @param settings configuration that differs from the defaults
   */
  public static StageDriver intake(Path stateDir, Map<String, String> settings) {
    return new StageDriver(
        IntakeTopology.STAGE,
        (configuration, topics, registry) ->
            IntakeTopology.build(IntakeOptions.of(configuration), topics, registry),
        stateDir,
        settings);
  }

  /**
   * Decision.
   *
   * @param settings configuration that differs from the defaults
   */
  public static StageDriver decision(Path stateDir, Map<String, String> settings) {
    return new StageDriver(
        DecisionTopology.STAGE,
        (configuration, topics, registry) ->
            DecisionTopology.build(DecisionOptions.of(configuration), topics, registry),
        stateDir,
        settings);
  }

  /**
   * Oversight.
   *
   * @param settings configuration that differs from the defaults
   */
  public static StageDriver oversight(Path stateDir, Map<String, String> settings) {
    return new StageDriver(
        OversightTopology.STAGE,
        (configuration, topics, registry) ->
            OversightTopology.build(OversightOptions.of(configuration), topics, registry),
        stateDir,
        settings);
  }

  private StageDriver(String stage, Builder builder, Path stateDir, Map<String, String> settings) {
    this.stage = stage;
    this.builder = builder;
    this.configuration = configuration(registryScope, stateDir, settings);
    this.installation = Installation.of(configuration);
    this.driver = driver();
  }

  private TopologyTestDriver driver() {
    Topology topology = builder.build(configuration, new TopicStreams(installation), registry);
    Properties properties =
        StreamsStage.properties(stage, StagePace.TICKETS, configuration, installation, registry);
    // With transactions the test driver forgets what the handler of undecodable bytes sends.
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
    return new TopologyTestDriver(topology, properties, now());
  }

  /**
   * Stops the stage and starts it anew with what its changelogs hold, and nothing of what it had in
   * memory. Stream time begins anew too. What was not read is lost.
   */
  public void restart() {
    Map<String, List<KeyValue<Object, Object>>> state = new HashMap<>();
    for (String store : driver.getAllStateStores().keySet()) {
      if (WITHOUT_CHANGELOG.contains(store)) {
        continue;
      }
      List<KeyValue<Object, Object>> entries = new ArrayList<>();
      try (KeyValueIterator<Object, Object> all = driver.getKeyValueStore(store).all()) {
        all.forEachRemaining(entries::add);
      }
      state.put(store, entries);
    }
    driver.close();
    inputs.clear();
    outputs.clear();
    driver = driver();
    state.forEach((store, entries) -> driver.getKeyValueStore(store).putAll(entries));
  }

  public static Configuration configuration(
      String registryScope, Path stateDir, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put(KafkaOptions.REGISTRY_URL.key(), "mock://" + registryScope);
    return configuration(stateDir, all);
  }

  /** What the settings say, over the defaults. */
  static Configuration configuration(Path stateDir, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put(StreamsOptions.STATE_DIR.key(), stateDir.toString());
    return Configuration.load(options(), null, Map.of(), all);
  }

  /** What a file says, over the defaults. */
  static Configuration configuration(Path file) {
    return Configuration.load(options(), file, Map.of(), Map.of());
  }

  private static List<Option<?>> options() {
    return Stream.of(KafkaOptions.all(), StreamsOptions.all(), StreamsApp.options())
        .flatMap(List::stream)
        .toList();
  }

  /** Publishes at the driver's present time. */
  public <V extends SpecificRecord> void send(
      Topic<V> topic, @Nullable String key, @Nullable V value) {
    input(topic).pipeInput(new TestRecord<>(key, value, now()));
  }

  /** Publishes a record as it is. */
  public <V extends SpecificRecord> void send(Topic<V> topic, TestRecord<String, V> record) {
    input(topic).pipeInput(record);
  }

  /** Publishes bytes that need not be a record of the topic. */
  public void sendBytes(Topic<?> topic, String key, byte[] value) {
    driver
        .createInputTopic(
            installation.name(topic), new StringSerializer(), new ByteArraySerializer())
        .pipeInput(key, value, now());
  }

  /** What came out since the last call. */
  public <V extends SpecificRecord> List<V> read(Topic<V> topic) {
    return readRecords(topic).stream().map(TestRecord::value).toList();
  }

  /** What came out since the last call, with keys, headers and times. */
  public <V extends SpecificRecord> List<TestRecord<String, V>> readRecords(Topic<V> topic) {
    return new ArrayList<>(output(topic).readRecordsToList());
  }

  /** The dead letters since the last call. */
  public List<DeadLetter> deadLetters() {
    return read(Topics.DEAD_LETTERS);
  }

  /** Moves the wall clock, and with it what {@link #send} stamps records with. */
  public void advance(Duration time) {
    advanced = advanced.plus(time);
    driver.advanceWallClockTime(time);
  }

  /** Where the wall clock stands. */
  public Instant now() {
    return START.plus(advanced);
  }

  public double received() {
    return Metric.RECEIVED.counter(registry, stage).count();
  }

  public double processed() {
    return Metric.PROCESSED.counter(registry, stage).count();
  }

  public double duplicates() {
    return Metric.DUPLICATES.counter(registry, stage).count();
  }

  /** All reasons together. */
  public double deadLettered() {
    return registry.find(Metric.DEAD_LETTERED.meterName()).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  public MeterRegistry registry() {
    return registry;
  }

  /** Entries of a store. */
  public long entries(String store) {
    long count = 0;
    try (var all = driver.getKeyValueStore(store).all()) {
      while (all.hasNext()) {
        all.next();
        count++;
      }
    }
    return count;
  }

  /** Bytes of keys and values as stores hold them, by store; without what a store adds itself. */
  public Map<String, Long> stateBytes() {
    Map<String, Long> bytes = new TreeMap<>();
    driver
        .getAllStateStores()
        .keySet()
        .forEach(
            name -> {
              long sum = 0;
              try (var all = driver.getKeyValueStore(name).all()) {
                while (all.hasNext()) {
                  var entry = all.next();
                  sum += size(entry.key) + size(entry.value);
                }
              }
              bytes.put(name, sum);
            });
    return bytes;
  }

  @SuppressWarnings("unchecked") // A serde of the value's own class.
  private static long size(Object stored) {
    if (stored instanceof SpecificRecord record) {
      Class<SpecificRecord> type = (Class<SpecificRecord>) record.getClass();
      return StateSerde.of(type).serializer().serialize("", record).length;
    }
    return stored.toString().getBytes(StandardCharsets.UTF_8).length;
  }

  @Override
  public void close() {
    driver.close();
    MockSchemaRegistry.dropScope(registryScope);
  }

  @SuppressWarnings("unchecked") // One topic, one value class.
  private <V extends SpecificRecord> TestInputTopic<String, V> input(Topic<V> topic) {
    return (TestInputTopic<String, V>)
        inputs.computeIfAbsent(
            topic.name(),
            name ->
                driver.createInputTopic(
                    installation.name(topic),
                    new StringSerializer(),
                    installation.serializer(topic)));
  }

  @SuppressWarnings("unchecked") // One topic, one value class.
  private <V extends SpecificRecord> TestOutputTopic<String, V> output(Topic<V> topic) {
    return (TestOutputTopic<String, V>)
        outputs.computeIfAbsent(
            topic.name(),
            name ->
                driver.createOutputTopic(
                    installation.name(topic),
                    new StringDeserializer(),
                    installation.deserializer(topic)));
  }
}
