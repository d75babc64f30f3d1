package dev.prefstream.cli.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.prefstream.cli.json.JsonForm;
import dev.prefstream.cli.publish.LineHeaders;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DeadLetter;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.RoutingDecision;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.ScoringRequest;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * Writes what became of one file's tickets, read back from the topics: from the committed log
 * alone, so that the result is the same whether the process ran through or was killed and started
 * again.
 */
final class OutcomeFiles {

  private final Installation installation;
  private final TopicScan scan;
  private final LineHeaders tickets;
  private final List<LineHeaders> otherFiles;
  private final Path folder;

  private final Set<String> refusedRecords = new HashSet<>();
  private final Set<String> refusedLater = new HashSet<>();
  private final Set<String> ids = new HashSet<>();
  private final Set<String> decided = new HashSet<>();
  private final Map<ModelRef, Long> models = new HashMap<>();
  private long records;
  private long refusedLines;
  private long deadLettered;
  private long otherDeadLettered;
  private long urgent;
  private long standard;
  private long escalated;
  private long doubled;

  /**
   * @param tickets recognises records that stem from the file of tickets
   * @param otherFiles recognises records that stem from the run's other files; their dead letters
   *     are written and counted apart
   * @param folder must exist
   */
  OutcomeFiles(
      Installation installation, LineHeaders tickets, List<LineHeaders> otherFiles, Path folder) {
    this.installation = installation;
    this.scan = new TopicScan(installation);
    this.tickets = tickets;
    this.otherFiles = List.copyOf(otherFiles);
    this.folder = folder;
  }

  /**
   * Reads all topics to their ends and writes all files. Call it once, when everything is
   * processed.
   */
  OnceSummary.Counts write() throws IOException {
    write("dead-letters.jsonl", Topics.DEAD_LETTERS, this::takeDeadLetter);
    scan.raw(Topics.TICKETS, this::takeTicket);
    try (BufferedWriter out = open("decisions.jsonl")) {
      each(Topics.ROUTING_URGENT, out, this::takeDecision);
      each(Topics.ROUTING_STANDARD, out, this::takeDecision);
    }
    long responses =
        write("auto-responses.jsonl", Topics.AUTO_RESPONSES, r -> ids.contains(r.getTicketId()));
    write("decision-log.jsonl", Topics.DECISION_LOG, r -> ids.contains(r.getTicketId()));
    long alerts =
        write("drift-alerts.jsonl", Topics.DRIFT_ALERTS, a -> a.getEvent() == AlertEvent.OPENED);
    long triggers = write("retraining-triggers.jsonl", Topics.RETRAINING_TRIGGERS, t -> true);
    long unanswered =
        ids.stream().filter(id -> !decided.contains(id) && !refusedLater.contains(id)).count();
    long accepted = records - refusedRecords.size();
    return new OnceSummary.Counts(
        records + refusedLines,
        urgent,
        standard,
        deadLettered,
        accepted - ids.size(),
        otherDeadLettered,
        escalated,
        responses,
        alerts,
        triggers,
        unanswered,
        doubled,
        mostUsedModel());
  }

  private boolean takeDeadLetter(ConsumerRecord<byte[], byte[]> record, DeadLetter letter) {
    if (!tickets.on(record.headers()) || isForResponse(letter)) {
      boolean ofThisRun = otherFiles.stream().anyMatch(other -> other.on(record.headers()));
      otherDeadLettered += ofThisRun ? 1 : 0;
      return ofThisRun;
    }
    deadLettered++;
    if (letter.getSourceTopic() == null) {
      refusedLines++;
    } else if (letter.getSourceTopic().equals(installation.name(Topics.TICKETS))) {
      refusedRecords.add(letter.getSourcePartition() + "-" + letter.getSourceOffset());
    } else if (letter.getTicketId() != null) {
      refusedLater.add(letter.getTicketId());
    }
    return true;
  }

  private boolean isForResponse(DeadLetter letter) {
    ByteBuffer original = letter.getOriginalValue();
    if (original == null
        || !installation.name(Topics.SCORING_REQUESTS).equals(letter.getSourceTopic())) {
      return false;
    }
    byte[] bytes = new byte[original.remaining()];
    original.duplicate().get(bytes);
    try (var deserializer = installation.deserializer(Topics.SCORING_REQUESTS)) {
      ScoringRequest request =
          deserializer.deserialize(installation.name(Topics.SCORING_REQUESTS), bytes);
      return request.getKind() == ScoreKind.RESPONSE;
    } catch (SerializationException e) {
      return false;
    }
  }

  private void takeTicket(ConsumerRecord<byte[], byte[]> record) {
    if (tickets.on(record.headers())) {
      records++;
      if (!refusedRecords.contains(record.partition() + "-" + record.offset())) {
        ids.add(new String(record.key(), UTF_8));
      }
    }
  }

  private boolean takeDecision(RoutingDecision decision) {
    if (!ids.contains(decision.getTicketId())) {
      return false;
    }
    if (decision.getRevision() > 1) {
      escalated++;
      return false;
    }
    if (!decided.add(decision.getTicketId())) {
      doubled++;
    }
    if (decision.getRoute() == Route.URGENT) {
      urgent++;
    } else {
      standard++;
    }
    models.merge(decision.getModel(), 1L, Long::sum);
    return true;
  }

  private @Nullable ModelRef mostUsedModel() {
    return models.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(null);
  }

  private <V extends SpecificRecord> long write(String file, Topic<V> topic, Predicate<V> wanted)
      throws IOException {
    return write(file, topic, (record, value) -> wanted.test(value));
  }

  private <V extends SpecificRecord> long write(
      String file,
      Topic<V> topic,
      java.util.function.BiPredicate<ConsumerRecord<byte[], byte[]>, V> wanted)
      throws IOException {
    long[] written = {0};
    try (BufferedWriter out = open(file)) {
      scan.each(
          topic,
          (record, value) -> {
            if (wanted.test(record, value)) {
              line(out, value);
              written[0]++;
            }
          });
    }
    return written[0];
  }

  private <V extends SpecificRecord> void each(
      Topic<V> topic, BufferedWriter out, Predicate<V> wanted) {
    scan.each(
        topic,
        (record, value) -> {
          if (wanted.test(value)) {
            line(out, value);
          }
        });
  }

  private BufferedWriter open(String file) throws IOException {
    return Files.newBufferedWriter(folder.resolve(file), UTF_8);
  }

  private static void line(BufferedWriter out, SpecificRecord value) {
    try {
      out.write(JsonForm.of(value).toString());
      out.newLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
