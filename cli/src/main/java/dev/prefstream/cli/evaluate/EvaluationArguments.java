package dev.prefstream.cli.evaluate;

import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ExitCode;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The arguments that evaluations on tickets and on preferences share. */
final class EvaluationArguments {

  private static final double TOLERANCE = 1e-6;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Folder of a model bundle. Default: the one for this task in scorer.models.")
  @Nullable Path model;

  @Option(names = "--out", paramLabel = "FILE", description = "Writes the report as JSON.")
  @Nullable Path out;

  @Option(
      names = "--plots",
      paramLabel = "DIR",
      description = "Writes the plots (SVG) here. Default: beside --out; none without both.")
  @Nullable Path plots;

  @Option(
      names = "--sample",
      paramLabel = "N",
      description = "Takes a stratified random sample of N rows instead of all.")
  int sample;

  @Option(
      names = "--strata",
      paramLabel = "NAME=SHARE",
      split = ",",
      description =
          "Shares of the sample. Default: technical=0.7,open=0.2,controversial=0.1. See docs/evaluation.md for what counts as which.")
  Map<String, Double> strata = new LinkedHashMap<>();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the sample and of bootstraps (default 7).")
  long seed = 7;

  EvaluationArguments() {}

  /**
   * The shares of the sample.
   *
   * @throws CommandFailure when they are not shares of known strata that add up to 1
   */
  Map<Stratum, Double> shares() {
    Map<Stratum, Double> shares = new EnumMap<>(Stratum.class);
    if (strata.isEmpty()) {
      shares.put(Stratum.TECHNICAL, 0.7);
      shares.put(Stratum.OPEN, 0.2);
      shares.put(Stratum.CONTROVERSIAL, 0.1);
      return shares;
    }
    strata.forEach(
        (name, share) -> {
          Stratum stratum =
              Stratum.named(name)
                  .orElseThrow(
                      () ->
                          usage(
                              "--strata: found '%s', expected technical, open or controversial"
                                  .formatted(name)));
          if (!(share >= 0 && share <= 1)) {
            throw usage("--strata %s=%s: must be between 0 and 1".formatted(name, share));
          }
          shares.put(stratum, share);
        });
    double sum = shares.values().stream().mapToDouble(Double::doubleValue).sum();
    if (Math.abs(sum - 1) > TOLERANCE) {
      throw usage("--strata: the shares add up to %s, expected 1".formatted(sum));
    }
    return shares;
  }

  /**
   * @throws CommandFailure when a number is out of range
   */
  void check() {
    if (sample < 0) {
      throw usage("--sample %d: must be 1 or more".formatted(sample));
    }
    if (sample == 0 && !strata.isEmpty()) {
      throw usage("--strata without --sample: say how many rows to take with --sample N");
    }
    shares();
  }

  private static CommandFailure usage(String message) {
    return new CommandFailure(ExitCode.USAGE, message);
  }
}
