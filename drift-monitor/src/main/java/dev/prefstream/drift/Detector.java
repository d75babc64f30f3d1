package dev.prefstream.drift;

import dev.prefstream.drift.detect.Jump;
import dev.prefstream.drift.detect.Reference;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The detectors a user may choose, by the name in configuration and records. */
enum Detector {
  /** The compatible rule; see {@link dev.prefstream.drift.detect.FixedBand}. */
  FIXED_BAND("fixed-band", false, true),
  /** The calibrated chart of the mean. */
  CUSUM_MEAN(Reference.MEAN, true, true),
  /** The calibrated chart of the dispersion. */
  CUSUM_DISPERSION(Reference.DISPERSION, true, false),
  /** The calibrated charts of the shape. */
  CUSUM_SHAPE(Reference.SHAPE, true, false),
  /** The calibrated comparison of distributions. */
  KS(Reference.DISTANCE, true, true),
  /** The calibrated population stability index. */
  PSI(Reference.STABILITY, true, true),
  /** The calibrated discrepancy of embeddings, where scores carry them. */
  MMD("mmd", true, false),
  /** Jumps that no cycle of the day makes, while there is no reference that knows it. */
  JUMP(Jump.NAME, false, true),
  /** ADWIN, while there is no reference. */
  ADWIN("adwin", false, true);

  private final String word;
  private final boolean needsReference;
  private final boolean seesMean;

  Detector(String word, boolean needsReference, boolean seesMean) {
    this.word = word;
    this.needsReference = needsReference;
    this.seesMean = seesMean;
  }

  String word() {
    return word;
  }

  boolean needsReference() {
    return needsReference;
  }

  /** Whether a change of the mean score makes it alarm. */
  boolean seesMean() {
    return seesMean;
  }

  /** The detector of that name; none for a signal's. */
  static Optional<Detector> named(String word) {
    return Arrays.stream(values()).filter(detector -> detector.word.equals(word)).findFirst();
  }

  static Detector of(String word) {
    return named(word)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "found detector "
                        + word
                        + ", must be some of "
                        + Arrays.stream(values())
                            .map(Detector::word)
                            .collect(Collectors.joining(", "))));
  }
}
