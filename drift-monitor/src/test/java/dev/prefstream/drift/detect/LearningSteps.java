package dev.prefstream.drift.detect;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Measures what it costs to learn a reference, in processor time: in one go after its first step,
 * and a part with each of the predictions that the stage takes for it. Its class path is that of
 * the module's tests.
 */
final class LearningSteps {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int ROUNDS = 6;

  private LearningSteps() {}

  public static void main(String[] args) {
    for (int round = 0; round < ROUNDS; round++) {
      measure(20_000, 2000, false);
      measure(2000, 500, true);
    }
  }

  private static void measure(int size, int steps, boolean provisional) {
    double[] scores = new SplittableRandom(size).doubles(size).toArray();
    long[] times = new long[size];
    HourOfWeek.Learnt none = HourOfWeek.Learnt.NOTHING;
    long begun = THREADS.getCurrentThreadCpuTime();
    ReferenceLearning learning =
        new ReferenceLearning(none, scores, times, 1000, 2.75e6, false, provisional);
    long first = THREADS.getCurrentThreadCpuTime() - begun;
    long[] took = new long[steps];
    for (int step = 0; step < steps; step++) {
      long from = THREADS.getCurrentThreadCpuTime();
      learning.advance((step + 1) / (double) steps);
      took[step] = THREADS.getCurrentThreadCpuTime() - from;
    }
    learning.finish();
    long all = THREADS.getCurrentThreadCpuTime() - begun;
    Arrays.sort(took);
    System.out.printf(
        "%,d scores: all %.0f ms; begin %.1f ms, then a median of %.2f ms with each of %,d predictions, at most %.1f ms%n",
        size, all / 1e6, first / 1e6, took[steps / 2] / 1e6, steps, took[steps - 1] / 1e6);
  }
}
