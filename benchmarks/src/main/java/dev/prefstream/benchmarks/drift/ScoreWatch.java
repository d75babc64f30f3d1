package dev.prefstream.benchmarks.drift;

import dev.prefstream.drift.detect.Finding;
import dev.prefstream.drift.detect.HourOfWeek;
import dev.prefstream.drift.detect.Reference;
import dev.prefstream.drift.detect.ReferenceLearning;
import dev.prefstream.drift.detect.ScoreGrid;
import dev.prefstream.drift.detect.StabilityIndex;
import org.jspecify.annotations.Nullable;

/** The charts of scores and the comparison of a window, as the stage runs them. */
final class ScoreWatch extends ScoreStreamWatch {

  /** Scores of a reference that stands. */
  static final int REFERENCE = 20_000;

  /** Scores of a provisional one; two days of them in a daily stream. */
  static final int PROVISIONAL = 2_000;

  /** What is watched. */
  enum Detectors {
    /** Charts of mean, dispersion and shape and the Kolmogorov-Smirnov distance. */
    CHARTS,
    /** The stability index alone, at its own share of the alarms. */
    STABILITY
  }

  private final ScoreStream stream;
  private final Detectors detectors;
  private final HourOfWeek season;
  private final Reference reference;
  private final ScoreGrid grid;
  private final StabilityIndex index;
  private final double[] window;
  private Reference.Charts charts = Reference.Charts.NEW;
  private long seen;

  /**
   * @param runLength values between two false alarms
   */
  ScoreWatch(
      ScoreStream stream,
      Detectors detectors,
      boolean daily,
      boolean provisional,
      int size,
      double runLength) {
    super(stream);
    this.stream = stream;
    this.detectors = detectors;
    this.window = new double[size];
    int count = !provisional ? REFERENCE : daily ? 2 * ScoreStream.A_DAY : PROVISIONAL;
    double[] scores = new double[count];
    long[] times = new long[count];
    for (int i = 0; i < count; i++) {
      scores[i] = stream.next();
      times[i] = stream.time();
    }
    boolean stability = detectors == Detectors.STABILITY;
    double all = stability ? runLength * Reference.share(Reference.STABILITY) : runLength;
    HourOfWeek.Learnt cycle = HourOfWeek.learn(scores, times);
    ReferenceLearning learning =
        new ReferenceLearning(cycle, scores, times, size, all, stability, provisional);
    reference = learning.finish();
    season = cycle.season();
    grid = learning.grid();
    index = new StabilityIndex(grid);
  }

  /** The charts of a stream of which two weeks were seen. */
  ScoreWatch(ScoreStream stream, TwoWeeks learnt, int size) {
    super(stream);
    this.stream = stream;
    this.detectors = Detectors.CHARTS;
    this.window = new double[size];
    reference = learnt.reference();
    season = learnt.season();
    grid = learnt.grid();
    index = new StabilityIndex(grid);
  }

  @Override
  @Nullable String take(double score) {
    double value = season.removed(score, stream.time());
    String alarm = detectors == Detectors.CHARTS ? charted(value) : null;
    window[(int) (seen++ % window.length)] = value;
    if (alarm == null && seen >= window.length && seen % Reference.DISTANCE_EVERY == 0) {
      Finding compared =
          detectors == Detectors.CHARTS
              ? reference.read(grid, window)
              : reference.read(index, window);
      alarm = compared.share() > 1 ? compared.detector() : null;
    }
    if (alarm != null) {
      restart();
    }
    return alarm;
  }

  private @Nullable String charted(double value) {
    charts = reference.plus(charts, value);
    for (Finding finding : reference.read(charts)) {
      if (finding.share() > 1) {
        return finding.detector();
      }
    }
    return null;
  }

  @Override
  void restart() {
    charts = Reference.Charts.NEW;
    seen = 0;
  }
}
