package dev.prefstream.scorer.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.ModelRelease;
import dev.prefstream.scorer.ScoringCluster;
import dev.prefstream.scorer.bundle.BundleException;
import dev.prefstream.scorer.model.DelegatingModel;
import dev.prefstream.scorer.model.FakeModel;
import dev.prefstream.scorer.model.ModelIdentity;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.Task;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Which releases come to serve, and what becomes of those that cannot. */
class ReleaseWatcherIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Task TASK = Task.TICKET_URGENCY;
  private static final String OLD = "0".repeat(64);
  private static final String NEW = "1".repeat(64);

  @TempDir static Path dataDir;

  @SuppressWarnings("NullAway.Init") // set before all tests
  private static ScoringCluster broker;

  /** What lies in each folder; no folder can be opened that is not named here. */
  private final Map<String, Supplier<ScoringModel>> folders = new ConcurrentHashMap<>();

  private final List<String> opened = new CopyOnWriteArrayList<>();
  private final List<ModelIdentity> closed = new CopyOnWriteArrayList<>();
  private final StageHealth health = new StageHealth();
  private final ServedModels models = new ServedModels(List.of(model(OLD, TASK)));

  @SuppressWarnings("NullAway.Init") // set before each test
  private ScoringCluster cluster;

  @SuppressWarnings("NullAway.Init") // set before each test
  private ReleaseWatcher watcher;

  @SuppressWarnings("NullAway.Init") // set before each test
  private Thread thread;

  @BeforeAll
  static void startBroker() {
    broker = ScoringCluster.start(dataDir, 1);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void watch(TestInfo test) {
    cluster = broker.another(test.getTestMethod().orElseThrow().getName() + ".", 1);
    watcher =
        new ReleaseWatcher(
            new KafkaClients(cluster.installation(), Duration.ofSeconds(2), 100),
            cluster.installation(),
            models,
            this::open,
            health);
    thread = new Thread(watcher, "releases");
    thread.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    watcher.stop();
    thread.join();
    models.close();
  }

  @Test
  void aReleaseThatCannotServeLeavesTheModelBeforeIt() {
    folders.put("other-hash", () -> model("2".repeat(64), TASK));
    folders.put("other-task", () -> model(NEW, Task.RESPONSE_PREFERENCE));
    int tried = 0;
    for (String folder : List.of("nowhere", "other-hash", "other-task")) {
      release(folder, NEW);
      int now = ++tried;
      await().atMost(PATIENCE).until(() -> opened.size() == now);
    }
    sendBytes("no Avro".getBytes(UTF_8));
    folders.put("good", () -> model(NEW, TASK));
    release("good", NEW);
    await().atMost(PATIENCE).until(() -> serves(NEW));

    assertThat(opened).containsExactly("nowhere", "other-hash", "other-task", "good");
    assertThat(closed)
        .as("what was opened in vain, and at last the one before")
        .extracting(ModelIdentity::hash)
        .startsWith("2".repeat(64), NEW)
        .doesNotHaveDuplicates();
    assertThat(health.fault()).isNull();
  }

  @Test
  void aReleaseOfTheModelThatServesOpensNothing() {
    folders.put("good", () -> model(NEW, TASK));
    folders.put("old", () -> model(OLD, TASK));
    release("old", OLD);
    release("good", NEW);
    await().atMost(PATIENCE).until(() -> serves(NEW));
    release("good", NEW);
    release("old", OLD);
    await().atMost(PATIENCE).until(() -> serves(OLD));

    assertThat(opened).containsExactly("good", "old");
  }

  @Test
  void whatNoReleaseCanExplainStopsTheService() throws InterruptedException {
    folders.put(
        "bug",
        () -> {
          throw new NoClassDefFoundError("ai/onnxruntime/OrtSession");
        });
    release("bug", NEW);
    thread.join(PATIENCE.toMillis());

    assertThat(health.fault()).isInstanceOf(NoClassDefFoundError.class);
    assertThat(serves(OLD)).isTrue();
  }

  private boolean serves(String hash) {
    return models.identity(TASK).orElseThrow().hash().equals(hash);
  }

  private ScoringModel open(Path folder) {
    opened.add(folder.toString());
    Supplier<ScoringModel> found = folders.get(folder.toString());
    if (found == null) {
      throw new BundleException(folder, "there is no such folder");
    }
    return found.get();
  }

  private ScoringModel model(String hash, Task task) {
    return new DelegatingModel(FakeModel.of(task)) {
      @Override
      public ModelIdentity identity() {
        return new ModelIdentity("fake", "1.0.0", hash, task);
      }

      @Override
      public void close() {
        closed.add(identity());
      }
    };
  }

  private void release(String folder, String hash) {
    ModelRelease release =
        ModelRelease.newBuilder()
            .setTask(TASK.word())
            .setModel(new ModelRef("fake", "1.0.0", hash))
            .setLocation(folder)
            .setReleasedAt(Instant.now())
            .build();
    try (Serializer<ModelRelease> serializer =
        cluster.installation().serializer(Topics.MODEL_RELEASES)) {
      sendBytes(serializer.serialize(cluster.installation().name(Topics.MODEL_RELEASES), release));
    }
  }

  private void sendBytes(byte[] value) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            cluster.installation().clientConfig(),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(
          new ProducerRecord<>(
              cluster.installation().name(Topics.MODEL_RELEASES),
              TASK.word().getBytes(UTF_8),
              value));
    }
  }
}
