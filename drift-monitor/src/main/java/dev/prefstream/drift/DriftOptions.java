package dev.prefstream.drift;

import dev.prefstream.drift.detect.FixedBand;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.Option;
import java.time.Duration;
import java.util.List;

/**
 * What a user sets of the drift monitor.
 *
 * @param band the compatible rule
 * @param reportEvery predictions of a segment between two reports
 * @param retrainCoolDown least event time between two retraining triggers of a segment
 * @param maxSegments segments beside the whole stream, for each partition of scores
 */
record DriftOptions(
    FixedBand.Params band, int reportEvery, Duration retrainCoolDown, int maxSegments) {

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

  static List<Option<?>> all() {
    return List.of(WINDOW, BAND, REPORT_EVERY, RETRAIN_COOLDOWN, MAX_SEGMENTS);
  }

  static DriftOptions of(Configuration configuration) {
    return new DriftOptions(
        new FixedBand.Params(configuration.get(WINDOW), configuration.get(BAND)),
        configuration.get(REPORT_EVERY),
        configuration.get(RETRAIN_COOLDOWN),
        configuration.get(MAX_SEGMENTS));
  }

  int window() {
    return band.window();
  }
}
