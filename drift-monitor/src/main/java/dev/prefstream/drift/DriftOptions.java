package dev.prefstream.drift;

import dev.prefstream.drift.detect.FixedBand;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.Option;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a user sets of the drift monitor.
 *
 * @param band the compatible rule
 * @param reportEvery predictions of a segment between two reports
 * @param retrainCoolDown least event time between two retraining triggers of a segment
 * @param maxSegments segments beside the whole stream, for each partition of scores
 * @param detectors those that decide
 * @param runLength predictions of the whole installation between two false alarms, on average
 * @param reference predictions a reference is learnt from
 */
record DriftOptions(
    FixedBand.Params band,
    int reportEvery,
    Duration retrainCoolDown,
    int maxSegments,
    Set<Detector> detectors,
    double runLength,
    int reference) {

  static final Option<Integer> WINDOW =
      Option.integer(
          "drift.window",
          1000,
          20,
          1_000_000,
          "Predictions in the window that drift is judged on, in each segment: a longer one sees smaller changes and sees them later. A change begins new statistics.");

  static final Option<Double> BAND =
      Option.decimal(
          "drift.band",
          0.15,
          0,
          0.5,
          "How far the window's mean score may lie from 0.5: wider means fewer alerts and missed changes.");

  static final Option<Integer> REPORT_EVERY =
      Option.integer(
          "drift.report-every",
          1000,
          1,
          1_000_000_000,
          "Predictions of a segment between two drift reports, whatever its state.");

  static final Option<Duration> RETRAIN_COOLDOWN =
      Option.duration(
          "drift.retrain-cooldown",
          "1d",
          "0s",
          "3650d",
          "Least time, by tickets' own times, between two retraining triggers of a segment; alerts are not held back.");

  static final Option<Integer> MAX_SEGMENTS =
      Option.integer(
          "drift.max-segments",
          10_000,
          0,
          1_000_000,
          "Segments (tenant, region, language) watched beside the whole stream, for each partition of scores; each takes about 10 KB of disk, and tickets of further ones count in the whole stream only.");

  static final Option<Set<Detector>> DETECTORS =
      new Option<>(
          "drift.detectors",
          "list",
          "fixed-band",
          "fixed-band, cusum-mean, cusum-dispersion, cusum-shape, ks, adwin",
          "Which detectors raise alarms: fixed-band is the rule |mean - 0.5| > drift.band; cusum-mean, cusum-dispersion, cusum-shape and ks compare with a reference learnt from each model's first predictions and keep the false-alarm rate of drift.arl; adwin watches until that reference is there.",
          text ->
              Arrays.stream(text.split(",", -1))
                  .map(String::strip)
                  .map(Detector::of)
                  .collect(Collectors.toCollection(() -> EnumSet.noneOf(Detector.class))));

  static final Option<Double> ARL =
      Option.decimal(
          "drift.arl",
          1_000_000,
          1000,
          Double.MAX_VALUE,
          "Predictions of the whole installation between two false alarms, on average, of all calibrated detectors in all segments together: more means fewer false alarms and later true ones.");

  static final Option<Integer> REFERENCE =
      Option.integer(
          "drift.reference",
          20_000,
          100,
          10_000_000,
          "Predictions of a model from which a segment's reference is learnt: fewer begin sooner and make the detectors less sharp; each takes 9 bytes of disk for each segment. A change begins new statistics.");

  static List<Option<?>> all() {
    return List.of(
        DETECTORS, WINDOW, BAND, ARL, REFERENCE, REPORT_EVERY, RETRAIN_COOLDOWN, MAX_SEGMENTS);
  }

  static DriftOptions of(Configuration configuration) {
    return new DriftOptions(
        new FixedBand.Params(configuration.get(WINDOW), configuration.get(BAND)),
        configuration.get(REPORT_EVERY),
        configuration.get(RETRAIN_COOLDOWN),
        configuration.get(MAX_SEGMENTS),
        configuration.get(DETECTORS),
        configuration.get(ARL),
        configuration.get(REFERENCE));
  }

  boolean uses(Detector detector) {
    return detectors.contains(detector);
  }

  boolean needsReference() {
    return detectors.stream().anyMatch(Detector::needsReference);
  }

  /**
   * Predictions of one segment between two of its false alarms. Each prediction counts in the whole
   * stream and in one segment, whatever the number of segments, so each of the two gets half.
   */
  double ownRunLength() {
    return 2 * runLength;
  }

  /** Predictions to keep of each segment. */
  int ring() {
    return needsReference() ? Math.max(window(), reference) : window();
  }

  int window() {
    return band.window();
  }
}
