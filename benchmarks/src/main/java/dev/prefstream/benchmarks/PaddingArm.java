package dev.prefstream.benchmarks;

import dev.prefstream.cli.KnownOptions;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.scorer.ScorerOptions;
import dev.prefstream.scorer.ScorerService;
import dev.prefstream.scorer.loop.ScoringStage;
import dev.prefstream.scorer.loop.StageIntake;
import dev.prefstream.scorer.onnx.PaddedLengths;
import dev.prefstream.scorer.pack.Batch;
import dev.prefstream.scorer.pack.Lane;
import dev.prefstream.scorer.pack.Packer;
import java.util.Map;
import java.util.Random;
import java.util.function.IntUnaryOperator;

/**
 * The packer alone on lognormal lengths, with as many waiting as the stage's backpressure lets
 * wait: real tokens over padded ones. Pure arithmetic: no device, no clock.
 */
final class PaddingArm implements Arm {

  private static final int ROWS = 200_000;
  private static final int LONGEST = 512;

  @Override
  public String name() {
    return "padding";
  }

  /** Padded tokens of a batch: what calibration finds on a CPU, and the default on a GPU. */
  private static final int CPU_BUDGET = 2_048;

  private static final int GPU_BUDGET = 16_384;

  @Override
  public void run(Round round) {
    round.record(
        "padding.cpu", "", efficiency("cpu", CPU_BUDGET, length -> length, round.number()));
    round.record(
        "padding.gpu",
        "",
        efficiency(
            "cuda", GPU_BUDGET, length -> PaddedLengths.round(length, LONGEST), round.number()));
  }

  private static double efficiency(
      String provider, int budget, IntUnaryOperator padded, long seed) {
    Configuration configuration =
        Configuration.load(
            KnownOptions.all(), null, Map.of(), Map.of(ScorerOptions.PROVIDER.key(), provider));
    ScoringStage.Settings settings = ScorerService.settings(configuration, budget);
    Packer<Integer> packer = new Packer<>(settings.packing());
    Lane lane =
        new Lane() {
          @Override
          public int priority() {
            return 0;
          }

          @Override
          public int paddedLength(int cost) {
            return padded.applyAsInt(cost);
          }
        };
    StageIntake intake = new StageIntake(settings.leastQueue());
    Random random = new Random(seed);
    long tokens = 0;
    long paddedTokens = 0;
    for (int row = 0; row < ROWS; ) {
      while (row < ROWS && intake.accepts(packer.tokens())) {
        packer.add(lane, row++, Math.min(LONGEST, TicketTexts.length(random)), row);
      }
      Batch<Integer> batch = packer.next(row, true).orElseThrow();
      tokens += batch.tokens();
      paddedTokens += batch.paddedTokens();
    }
    return (double) tokens / paddedTokens;
  }
}
