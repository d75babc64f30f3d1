package dev.prefstream.drift;

import dev.prefstream.drift.detect.Jump;
import dev.prefstream.drift.detect.MeanDiscrepancy;
import dev.prefstream.drift.detect.Reference;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The detectors a user may choose, by the name in configuration and records. */
enum Detector {
  /** The fixed band; see {@link dev.prefstream.drift.detect.FixedBand}. */
  FIXED_BAND("fixed-band", 0, true),
  /** The calibrated chart of the mean. */
  CUSUM_MEAN(Reference.MEAN, Reference.share(Reference.MEAN), true),
  /** The calibrated chart of the dispersion. */
  CUSUM_DISPERSION(Reference.DISPERSION, Reference.share(Reference.DISPERSION), false),
  /** The calibrated charts of the shape. */
  CUSUM_SHAPE(Reference.SHAPE, Reference.share(Reference.SHAPE), false),
  /** The calibrated comparison of distributions. */
  KS(Reference.DISTANCE, Reference.share(Reference.DISTANCE), true),
  /** The calibrated population stability index. */
  PSI(Reference.STABILITY, Reference.share(Reference.STABILITY), true),
  /** The calibrated discrepancy of embeddings, where scores carry them. */
  MMD("mmd", MeanDiscrepancy.SHARE, false),
  /** Jumps that no cycle of the day makes, while there is no reference that knows it. */
  JUMP(Jump.NAME, 0, true),
  /** ADWIN, while there is no reference. */
  ADWIN("adwin", 0, true);

  private final String word;
  private final double share;
  private final boolean seesMean;

  Detector(String word, double share, boolean seesMean) {
    this.word = word;
    this.share = share;
    this.seesMean = seesMean;
  }

  String word() {
    return word;
  }

  /** Its part of false alarms, as {@link Reference#share} counts them. */
  double share() {
    return share;
  }

  boolean needsReference() {
    return share > 0;
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
