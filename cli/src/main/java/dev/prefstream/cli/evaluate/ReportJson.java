package dev.prefstream.cli.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.evaluate.statistics.Confusion;
import dev.prefstream.cli.evaluate.statistics.Estimate;
import dev.prefstream.cli.evaluate.statistics.OperatingPoint;
import dev.prefstream.cli.evaluate.statistics.StratifiedSample;
import dev.prefstream.scorer.model.ModelIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Pieces of reports as JSON. A figure that does not exist is null. */
final class ReportJson {

  private ReportJson() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static void put(ObjectNode object, String name, double figure) {
    if (Double.isFinite(figure)) {
      object.put(name, figure);
    } else {
      object.putNull(name);
    }
  }

  static void put(ObjectNode object, String name, Estimate estimate) {
    ObjectNode node = object.putObject(name);
    put(node, "value", estimate.value());
    put(node, "low", estimate.low());
    put(node, "high", estimate.high());
  }

  static ObjectNode tickets(TicketFigures figures, double threshold) {
    Confusion confusion = figures.confusion();
    ObjectNode node = object();
    node.put("n", figures.n()).put("positives", figures.positives());
    put(node, "auc", figures.auc());
    put(node, "average_precision", figures.averagePrecision());
    node.put("threshold", threshold);
    put(node, "accuracy", confusion.accuracy());
    put(node, "precision", confusion.precision());
    put(node, "recall", confusion.recall());
    put(node, "f1", confusion.f1());
    put(node, "balanced_accuracy", confusion.balancedAccuracy());
    node.putObject("confusion")
        .put("true_positives", confusion.truePositives())
        .put("false_positives", confusion.falsePositives())
        .put("true_negatives", confusion.trueNegatives())
        .put("false_negatives", confusion.falseNegatives());
    put(node, "ece", figures.ece());
    put(node, "ece_balanced", figures.balancedEce());
    ObjectNode style = node.putObject("style");
    put(style, "auc_style_alone", figures.styleAuc());
    put(style, "auc_style_equal", figures.aucStyleEqual());
    return node;
  }

  static ObjectNode level(OperatingPoint point) {
    ObjectNode node = object().put("share", point.share()).put("level", point.level());
    node.put("called", point.called()).put("rightly", point.confusion().truePositives());
    put(node, "precision", point.confusion().precision());
    put(node, "recall", point.confusion().recall());
    return node;
  }

  static ObjectNode pairs(PairFigures figures) {
    ObjectNode node = object();
    node.put("n", figures.n());
    put(node, "pairwise_accuracy", figures.accuracy());
    node.put("ties", figures.ties());
    put(node, "longer_wins", figures.longerWins().value());
    put(node, "longer_wins_interval", figures.longerWins());
    put(node, "longer_chosen", figures.longerChosen().value());
    put(node, "phi_length", figures.phiLength());
    put(node, "ece", figures.ece());
    ObjectNode style = node.putObject("style");
    put(style, "accuracy_style_alone", figures.styleAlone());
    put(style, "accuracy_style_equal", figures.styleEqual());
    style.put("n_style_equal", figures.styleEqualPairs());
    put(style, "accuracy_style_balanced", figures.styleBalanced());
    put(style, "accuracy_style_controlled", figures.controlled());
    return node;
  }

  /** What was run on what, and how it went. */
  static void run(
      ObjectNode report,
      ModelIdentity model,
      RowFile file,
      Throughput throughput,
      Reading reading) {
    report.set("model", model(model));
    report.put("file", file.name());
    report.set("throughput", throughput(throughput));
    report.set("broken", broken(reading));
    report.set("repeated_ids", repeatedIds(reading.repeatedIds()));
  }

  private static ObjectNode model(ModelIdentity identity) {
    return object()
        .put("id", identity.id())
        .put("version", identity.version())
        .put("hash", identity.hash())
        .put("task", identity.task().word());
  }

  private static ObjectNode throughput(Throughput throughput) {
    ObjectNode node = object().put("threads", 1);
    put(node, "rows_per_second", throughput.rowsPerSecond());
    put(node, "rows_per_core_second", throughput.rowsPerCoreSecond());
    put(node, "tokens_per_row", throughput.tokensPerRow());
    return node.put("rows_judged", throughput.rows());
  }

  static ObjectNode sample(StratifiedSample<Stratum> sample, long seed) {
    ObjectNode node = object().put("n", sample.size()).put("seed", seed);
    ObjectNode strata = node.putObject("strata");
    for (Map.Entry<Stratum, StratifiedSample.Taken> entry : sample.strata().entrySet()) {
      strata
          .putObject(entry.getKey().word())
          .put("available", entry.getValue().available())
          .put("wanted", entry.getValue().wanted())
          .put("taken", entry.getValue().taken());
    }
    return node;
  }

  static ObjectNode broken(Reading reading) {
    ObjectNode node = object().put("count", reading.brokenLines());
    put(node, "numbers", reading.broken());
    ArrayNode lines = node.putArray("lines");
    reading
        .reasons()
        .forEach((line, reason) -> lines.addObject().put("line", line).put("reason", reason));
    return node;
  }

  private static ObjectNode repeatedIds(RepeatedIds ids) {
    ObjectNode node = object().put("count", ids.repeated().size());
    put(node, "numbers", ids.repeated());
    node.put("contradictory", ids.contradictory().size());
    put(node, "contradictory_numbers", ids.contradictory());
    return node;
  }

  private static void put(ObjectNode object, String name, LineNumbers lines) {
    lines.stream().forEach(object.putArray(name)::add);
  }

  /**
   * @throws CommandFailure when the file cannot be written
   */
  static void write(ObjectNode report, Path file) {
    write(report.toPrettyString() + "\n", file);
  }

  /**
   * Writes a file and the folders above it.
   *
   * @throws CommandFailure when it cannot be written
   */
  static void write(String content, Path file) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "cannot write %s (%s): name a file in a writable folder".formatted(file, e),
          e);
    }
  }
}
