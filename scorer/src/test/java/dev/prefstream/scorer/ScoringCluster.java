package dev.prefstream.scorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.prefstream.embedded.EmbeddedCluster;
import dev.prefstream.policy.records.Routing;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.Option;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.kafka.KafkaOptions;
import dev.prefstream.runtime.kafka.TopicAdmin;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.DeadLetter;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.RoutingDecision;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.ScoringRequest;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/** A broker with the catalogue's topics, and what a test publishes to and reads from it. */
public final class ScoringCluster implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private EmbeddedCluster cluster;
  private final Path dataDir;
  private final Configuration configuration;
  private final Installation installation;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Serializer<ScoringRequest> requests;
  private final List<ScoringCluster> others = new ArrayList<>();

  private ScoringCluster(EmbeddedCluster cluster, Path dataDir, String prefix, int partitions) {
    this.cluster = cluster;
    this.dataDir = dataDir;
    List<Option<?>> options = new ArrayList<>(KafkaOptions.all());
    options.addAll(ScorerOptions.all());
    this.configuration =
        Configuration.load(options, null, Map.of(), cluster.configuration())
            .with(Map.of(KafkaOptions.TOPIC_PREFIX.key(), prefix));
    this.installation = Installation.of(configuration);
    try (Admin admin = Admin.create(installation.clientConfig())) {
      new TopicAdmin(admin, installation, partitions, 1).create();
    }
    this.producer =
        new KafkaProducer<>(
            installation.clientConfig(), new ByteArraySerializer(), new ByteArraySerializer());
    this.requests = installation.serializer(Topics.SCORING_REQUESTS);
  }

  /** Starts a broker of its own. */
  public static ScoringCluster start(Path dataDir, int partitions) {
    return new ScoringCluster(
        EmbeddedCluster.start(dataDir, 0, 0), dataDir, "prefstream.", partitions);
  }

  /** Topics of another installation on the same broker; closed with the first one. */
  public ScoringCluster another(String prefix, int partitions) {
    ScoringCluster other = new ScoringCluster(cluster, dataDir, prefix, partitions);
    others.add(other);
    return other;
  }

  /** Stops the broker and starts it again at the same address, with the same data. */
  public void restart() {
    whileDown(() -> {});
  }

  /** Stops the broker, does this, and starts it again at the same address, with the same data. */
  public void whileDown(Runnable meanwhile) {
    int brokerPort = port(cluster.bootstrapServers());
    int registryPort = port(cluster.registryUrl());
    cluster.close();
    meanwhile.run();
    cluster = EmbeddedCluster.start(dataDir, brokerPort, registryPort);
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  public Configuration configuration(Map<String, String> more) {
    return configuration.with(more);
  }

  public Installation installation() {
    return installation;
  }

  public EmbeddedCluster embedded() {
    return cluster;
  }

  public void publish(ScoringRequest request) {
    publish(request.getTicketId(), request);
  }

  /** Under a key that may be another than the ticket's id. */
  public void publish(String key, ScoringRequest request) {
    publishBytes(key, requests.serialize(installation.name(Topics.SCORING_REQUESTS), request));
  }

  public void publishBytes(String key, byte[] value) {
    producer.send(
        new ProducerRecord<>(
            installation.name(Topics.SCORING_REQUESTS),
            key.getBytes(StandardCharsets.UTF_8),
            value));
  }

  public void flush() {
    producer.flush();
  }

  /** Everything on the topic that is committed. */
  public <V extends SpecificRecord> List<V> committed(Topic<V> topic) {
    List<V> values = new ArrayList<>();
    try (Deserializer<V> deserializer = installation.deserializer(topic)) {
      for (ConsumerRecord<byte[], byte[]> record : committedRecords(topic)) {
        values.add(deserializer.deserialize(record.topic(), record.value()));
      }
    }
    return values;
  }

  /** Everything on the topic that is committed, as bytes. */
  public List<ConsumerRecord<byte[], byte[]>> committedRecords(Topic<?> topic) {
    Map<String, Object> config = new ConcurrentHashMap<>(installation.clientConfig());
    config.put("isolation.level", "read_committed");
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(installation.name(topic)).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }

  /** A scorer of this cluster that serves the bundle, in batches of a few rows. */
  ScorerService scorer(Path bundle, Map<String, String> more, MeterRegistry meters) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("scorer.models", bundle.toString());
    settings.putIfAbsent("scorer.batch.token-budget", "64");
    Configuration configured = configuration(settings);
    return ScorerService.create(configured, Installation.of(configured), meters);
  }

  /** Returns once scorers with these meters have committed so many records. */
  static void awaitReceived(MeterRegistry meters, int records) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                meters.find("prefstream.records.received").counters().stream()
                        .mapToDouble(Counter::count)
                        .sum()
                    >= records);
  }

  /** Each of so many published requests has one score or one dead letter, and goes one way. */
  public void assertEveryRequestEndedOnce(int requests) {
    List<Score> scores = committed(Topics.SCORES);
    List<String> scored = scores.stream().map(Score::getTicketId).toList();
    List<String> refused =
        committed(Topics.DEAD_LETTERS).stream().map(DeadLetter::getTicketId).toList();
    Set<String> ended = new HashSet<>(scored);
    ended.addAll(refused);
    assertThat(scored.size() + refused.size()).as("doubled").isEqualTo(ended.size());
    assertThat(ended).as("lost").hasSize(requests);
    assertThat(committed(Topics.ROUTING_URGENT))
        .containsExactlyInAnyOrderElementsOf(routings(scores, Route.URGENT));
    assertThat(committed(Topics.ROUTING_STANDARD))
        .containsExactlyInAnyOrderElementsOf(routings(scores, Route.STANDARD));
  }

  private static List<RoutingDecision> routings(List<Score> scores, Route route) {
    return scores.stream()
        .filter(score -> score.getKind() == ScoreKind.TICKET)
        .map(score -> Routing.decision(Routing.decide(score)))
        .filter(decision -> decision.getRoute() == route)
        .toList();
  }

  @Override
  public void close() {
    others.forEach(other -> other.producer.close());
    producer.close();
    cluster.close();
  }
}
