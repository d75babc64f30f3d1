package dev.prefstream.drift;

import dev.prefstream.drift.detect.Jump;
import dev.prefstream.drift.detect.Reference;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The detectors a user may choose, by the name in configuration and records. */
enum Detector {
  /** The compatible rule; see {@link dev.prefstream.drift.detect.FixedBand}. */
  FIXED_BAND("fixed-band", false),
  /** The calibrated chart of the mean. */
  CUSUM_MEAN(Reference.MEAN, true),
  /** The calibrated chart of the dispersion. */
  CUSUM_DISPERSION(Reference.DISPERSION, true),
  /** The calibrated charts of the shape. */
  CUSUM_SHAPE(Reference.SHAPE, true),
  /** The calibrated comparison of distributions. */
  KS(Reference.DISTANCE, true),
  /** The calibrated population stability index. */
  PSI(Reference.STABILITY, true),
  /** The calibrated discrepancy of embeddings, where scores carry them. */
  MMD("mmd", true),
  /** Jumps that no cycle of the day makes, while there is no reference that knows it. */
  JUMP(Jump.NAME, false),
  /** ADWIN, while there is no reference. */
  ADWIN("adwin", false);

  private final String word;
  private final boolean needsReference;

  Detector(String word, boolean needsReference) {
    this.word = word;
    this.needsReference = needsReference;
  }

  String word() {
    return word;
  }

  boolean needsReference() {
    return needsReference;
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
