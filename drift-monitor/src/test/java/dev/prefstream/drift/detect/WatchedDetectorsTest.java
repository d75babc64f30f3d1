package dev.prefstream.drift.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whichever detectors of a reference are watched, together they alarm as seldom as promised. */
class WatchedDetectorsTest {

  private static final int WINDOW = 500;
  private static final int RUN_LENGTH = 4000;
  private static final int REFERENCES = 6;
  private static final int VALUES = 300_000;

  private final SplittableRandom random = new SplittableRandom(17);

  /**
   * About 450 alarms, after each of which charts and window begin anew. So few references tell the
   * run length to a tenth; {@code prefstream bench drift} tells it better.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {"cusum-mean", "cusum-dispersion", "cusum-shape", "ks", "psi", "cusum-shape psi"})
  void keepTheRunLength(String words) {
    Set<String> watched = Set.of(words.split(" "));
    double shares = watched.stream().sorted().mapToDouble(Reference::share).sum();
    boolean stability = watched.contains(Reference.STABILITY);
    long alarms = 0;
    for (int r = 0; r < REFERENCES; r++) {
      double[] values = random.doubles(10_000).toArray();
      Reference reference = Reference.learn(values, WINDOW, RUN_LENGTH * shares, stability);
      alarms += alarms(reference, values, watched);
    }
    double runLength = (double) REFERENCES * VALUES / Math.max(1, alarms);
    System.out.printf("%s: run length %d, measured %.0f%n", words, RUN_LENGTH, runLength);
    assertThat(runLength / RUN_LENGTH).isBetween(0.8, 1.35);
  }

  private long alarms(Reference reference, double[] learnt, Set<String> watched) {
    ScoreGrid grid = new ScoreGrid();
    Arrays.stream(learnt).forEach(grid::add);
    StabilityIndex index = new StabilityIndex(grid);
    double[] window = new double[WINDOW];
    Reference.Charts charts = Reference.Charts.NEW;
    int filled = 0;
    long alarms = 0;
    for (int i = 0; i < VALUES; i++) {
      double value = random.nextDouble();
      window[filled++ % WINDOW] = value;
      charts = reference.plus(charts, value);
      List<Finding> findings = new ArrayList<>(reference.read(charts));
      if (filled >= WINDOW && filled % Reference.DISTANCE_EVERY == 0) {
        if (watched.contains(Reference.DISTANCE)) {
          findings.add(reference.read(grid, window));
        }
        if (watched.contains(Reference.STABILITY)) {
          findings.add(reference.read(index, window));
        }
      }
      if (findings.stream().anyMatch(f -> watched.contains(f.detector()) && f.share() > 1)) {
        alarms++;
        filled = 0;
        charts = Reference.Charts.NEW;
      }
    }
    return alarms;
  }
}
