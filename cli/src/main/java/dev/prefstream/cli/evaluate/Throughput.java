package dev.prefstream.cli.evaluate;

import dev.prefstream.scorer.model.DirectScorer;
import dev.prefstream.scorer.model.Judgement;
import dev.prefstream.scorer.model.ScoringText;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * How fast one thread tokenises and scores rows.
 *
 * @param rowsPerSecond by the clock: less where other processes share the core
 * @param rowsPerCoreSecond by the processor time of the thread; on a GPU it does not count the
 *     device
 * @param tokensPerRow mean
 * @param rows judged while measuring
 */
record Throughput(double rowsPerSecond, double rowsPerCoreSecond, double tokensPerRow, long rows) {

  /** The first rows of a file, kept to be judged again. */
  static final class Sample {
    private static final int MOST_ROWS = 512;
    private static final long NANOS = 1_000_000_000L;

    private final List<ScoringText> texts = new ArrayList<>();

    void keep(List<ScoringText> more) {
      texts.addAll(more.subList(0, Math.min(more.size(), MOST_ROWS - texts.size())));
    }

    /** Judges the rows over and over for one second, after a first time that is not counted. */
    Throughput measure(DirectScorer scorer) {
      List<Judgement> judged = scorer.judge(texts);
      double tokens = judged.stream().mapToInt(Judgement::tokens).average().orElse(0);
      long cpuBefore = cpu();
      long begun = System.nanoTime();
      long rows = 0;
      long spent;
      do {
        rows += scorer.judge(texts).size();
        spent = System.nanoTime() - begun;
      } while (spent < NANOS);
      return new Throughput(rows * 1e9 / spent, rows * 1e9 / (cpu() - cpuBefore), tokens, rows);
    }

    private static long cpu() {
      return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
  }
}
