package dev.prefstream.benchmarks.drift;

import dev.prefstream.drift.detect.Cusum;
import dev.prefstream.drift.detect.SignalChart;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** The chart of a signal beside scores; each value that it takes is the mean of a chunk of 25. */
final class SignalWatch implements Watch {

  private static final int CHUNK = 25;

  /** Chunks of a reference. */
  private static final int REFERENCE = 400;

  /** Least deviation of the mean of a chunk, as the stage has it for shares. */
  private static final double LEAST_SD = 0.0392;

  /** What a signal is like. */
  enum Kind {
    SHARE("share of 0.3"),
    LENGTHS("normal values, as logarithms of lengths"),
    CORRELATED("normal values, autocorrelated 0.5");

    final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  private final DoubleSupplier values;
  private final SignalChart.Params chart;
  private Cusum.State state = Cusum.State.NEW;
  private double level;

  /**
   * @param runLength chunks between two false alarms
   */
  SignalWatch(Kind kind, long seed, double runLength) {
    SplittableRandom random = new SplittableRandom(seed);
    values =
        switch (kind) {
          case SHARE -> () -> random.nextDouble() < 0.3 ? 1 : 0;
          case LENGTHS -> () -> 5 + 0.7 * random.nextGaussian();
          case CORRELATED ->
              () -> {
                level = 0.5 * level + random.nextGaussian();
                return level;
              };
        };
    SignalChart.Learnt learnt = SignalChart.Learnt.NOTHING;
    for (int i = 0; i < REFERENCE; i++) {
      learnt = learnt.plus(chunk());
    }
    chart = learnt.frozen(LEAST_SD, runLength);
  }

  @Override
  public @Nullable String next() {
    state = chart.plus(state, chunk());
    if (!state.alarm(chart.chart())) {
      return null;
    }
    state = Cusum.State.NEW;
    return "signal";
  }

  private double chunk() {
    double sum = 0;
    for (int i = 0; i < CHUNK; i++) {
      sum += values.getAsDouble();
    }
    return sum / CHUNK;
  }
}
