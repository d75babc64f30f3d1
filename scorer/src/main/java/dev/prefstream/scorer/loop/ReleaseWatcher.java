package dev.prefstream.scorer.loop;

import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.ModelRelease;
import dev.prefstream.scorer.model.ModelIdentity;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.Task;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code model-releases} and puts the bundle that was released last for each task into
 * service: it is opened, checked and warmed beside the old one, and takes over for the records
 * tokenised from then on. A release that cannot be served is logged, and the old model stays.
 *
 * <p>Runs on a thread of its own until {@link #stop}.
 */
final class ReleaseWatcher implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(ReleaseWatcher.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final KafkaClients clients;
  private final Installation installation;
  private final ServedModels models;
  private final Function<Path, ScoringModel> opener;
  private final StageHealth health;
  private volatile boolean caughtUp;
  private volatile boolean stopping;

  /**
   * @param opener opens, checks and warms the bundle in a folder
   */
  ReleaseWatcher(
      KafkaClients clients,
      Installation installation,
      ServedModels models,
      Function<Path, ScoringModel> opener,
      StageHealth health) {
    this.clients = clients;
    this.installation = installation;
    this.models = models;
    this.opener = opener;
    this.health = health;
  }

  /** Whether the models are in service that were released before the start. */
  boolean caughtUp() {
    return caughtUp;
  }

  void stop() {
    stopping = true;
  }

  @Override
  public void run() {
    Backoff backoff = new Backoff();
    while (!stopping) {
      try {
        follow();
      } catch (WakeupException e) {
        return;
      } catch (KafkaException e) {
        log.atWarn().addKeyValue("cause", e.toString()).log("cannot read model releases, waiting");
        health.waiting("cannot read model releases: " + e.getMessage());
        try {
          Thread.sleep(backoff.nextMillis());
        } catch (InterruptedException interrupted) {
          return;
        }
      } catch (RuntimeException | Error e) {
        health.fault(e);
        return;
      }
    }
  }

  private void follow() {
    String topic = installation.name(Topics.MODEL_RELEASES);
    TopicPartition partition = new TopicPartition(topic, 0);
    try (Consumer<byte[], byte[]> reader = clients.reader(topic);
        Deserializer<ModelRelease> deserializer =
            installation.deserializer(Topics.MODEL_RELEASES)) {
      long end =
          Optional.ofNullable(reader.endOffsets(Set.of(partition), TIMEOUT).get(partition))
              .orElse(0L);
      Map<Task, ModelRelease> latest = new EnumMap<>(Task.class);
      while (!stopping) {
        for (ConsumerRecord<byte[], byte[]> record :
            reader.poll(caughtUp ? POLL : Duration.ofMillis(20))) {
          decode(deserializer, record)
              .ifPresent(
                  release ->
                      Task.named(release.getTask()).ifPresent(task -> latest.put(task, release)));
        }
        if (reader.position(partition) >= end) {
          latest.values().forEach(this::serve);
          latest.clear();
          caughtUp = true;
          health.goesOn();
        }
        models.closeUnused();
      }
    }
  }

  private static Optional<ModelRelease> decode(
      Deserializer<ModelRelease> deserializer, ConsumerRecord<byte[], byte[]> record) {
    try {
      return Optional.ofNullable(deserializer.deserialize(record.topic(), record.value()));
    } catch (RuntimeException e) {
      log.atError()
          .addKeyValue("offset", record.offset())
          .addKeyValue("cause", e.toString())
          .log("no model release can be read from a record, left out");
      return Optional.empty();
    }
  }

  private void serve(ModelRelease release) {
    Task task = Task.named(release.getTask()).orElseThrow();
    String wanted = release.getModel().getHash();
    if (models.identity(task).map(ModelIdentity::hash).filter(wanted::equals).isPresent()) {
      return;
    }
    try {
      ScoringModel model = opener.apply(Path.of(release.getLocation()));
      ModelIdentity found = model.identity();
      if (found.task() != task || !found.hash().equals(wanted)) {
        model.close();
        throw new IllegalArgumentException(
            "%s holds %s for %s, expected the hash %s for %s: release the bundle that is there"
                .formatted(release.getLocation(), found, found.task().word(), wanted, task.word()));
      }
      models.replace(model);
      log.atInfo()
          .addKeyValue("task", task.word())
          .addKeyValue("model", found)
          .log("model released");
    } catch (RuntimeException e) {
      log.atError()
          .addKeyValue("task", task.word())
          .addKeyValue("cause", e.getMessage())
          .log("a released model cannot serve, the one before it stays");
    }
  }
}
