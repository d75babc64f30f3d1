package dev.prefstream.cli.quickstart;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.schemas.avro.ModelRef;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What {@code summary.json} says about one run over a file. */
final class OnceSummary {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * Counts of one file's tickets. When the books balance, {@code published = urgent + standard +
   * deadLettered + duplicates}.
   *
   * @param published lines of the file that hold anything
   * @param urgent tickets whose first decision is URGENT
   * @param standard tickets whose first decision is STANDARD
   * @param deadLettered lines refused by any stage
   * @param duplicates lines dropped because the same ticket came before
   * @param otherDeadLettered refused lines of the other files: responses, settings, labels
   * @param escalated tickets that were STANDARD first and URGENT later
   * @param unanswered tickets without decision or dead letter; 0 unless something is wrong
   * @param doubled decisions beyond the first of a ticket; 0 unless something is wrong
   */
  record Counts(
      long published,
      long urgent,
      long standard,
      long deadLettered,
      long duplicates,
      long otherDeadLettered,
      long escalated,
      long autoResponses,
      long driftAlerts,
      long retrainingTriggers,
      long unanswered,
      long doubled,
      @Nullable ModelRef model) {

    boolean balanced() {
      return unanswered == 0
          && doubled == 0
          && published == urgent + standard + deadLettered + duplicates;
    }

    /** Whether every ticket that was decided went one way, so that nothing was told apart. */
    boolean oneSided() {
      return urgent + standard > 0 && (urgent == 0 || standard == 0);
    }
  }

  private final Counts counts;
  private final LiveCounts live;
  private final Duration untilReady;
  private final Duration deciding;

  /**
   * @param live what this process saw; its latencies are those of tickets decided while it ran
   * @param untilReady from the process's start until all stages served
   * @param deciding from the first publish to the last decision
   */
  OnceSummary(Counts counts, LiveCounts live, Duration untilReady, Duration deciding) {
    this.counts = counts;
    this.live = live;
    this.untilReady = untilReady;
    this.deciding = deciding;
  }

  /**
   * Decisions and dead letters a second while this process was deciding; 0 when it decided nothing.
   */
  double throughput() {
    double seconds = deciding.toNanos() / 1e9;
    return seconds == 0 ? 0 : (live.decisions() + live.deadLettered.sum()) / seconds;
  }

  void write(Path file) throws IOException {
    Histogram latency = live.latency();
    ObjectNode node = JSON.createObjectNode();
    node.put("published", counts.published());
    node.put("urgent", counts.urgent());
    node.put("standard", counts.standard());
    node.put("dead_lettered", counts.deadLettered());
    node.put("duplicates", counts.duplicates());
    node.put("other_dead_lettered", counts.otherDeadLettered());
    node.put("unanswered", counts.unanswered());
    node.put("doubled", counts.doubled());
    node.put("escalated", counts.escalated());
    node.put("auto_responses", counts.autoResponses());
    node.put("drift_alerts", counts.driftAlerts());
    node.put("retraining_triggers", counts.retrainingTriggers());
    node.put("ready_s", rounded(untilReady.toMillis() / 1e3));
    node.put("deciding_s", rounded(deciding.toMillis() / 1e3));
    node.put("throughput_per_s", rounded(throughput()));
    ObjectNode latencies = node.putObject("latency_ms");
    latencies.put("tickets", latency.getTotalCount());
    latencies.put("p50", latency.getValueAtPercentile(50));
    latencies.put("p95", latency.getValueAtPercentile(95));
    latencies.put("p99", latency.getValueAtPercentile(99));
    ModelRef model = counts.model();
    if (model == null) {
      node.putNull("model");
    } else {
      node.putObject("model")
          .put("id", model.getId())
          .put("version", model.getVersion())
          .put("hash", model.getHash());
    }
    JSON.writeValue(file.toFile(), node);
  }

  private static double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
