package dev.prefstream.drift.detect;

/**
 * What groups of scores add to a mean, each shrunk by what chance alone would make of it (empirical
 * Bayes: B. Efron and C. Morris, "Stein's estimation rule and its competitors", JASA 68 (1973)).
 *
 * @param offsets what each group adds; 0 for all where they differ by no more than chance
 * @param errors standard error of each; 0 where nothing is added
 */
@SuppressWarnings("ArrayRecordComponent") // Not compared; read once where it is made.
record Effects(double[] offsets, double[] errors) {

  /**
   * Standard errors by which the squares of departures must exceed those of chance, else there is
   * none: of 24 hours, twice what chance gives; without it a stream without a cycle gets a small
   * one.
   */
  private static final double SURE = Math.sqrt(12);

  /**
   * Shrinks departures where they are more than chance.
   *
   * @param departures of each group's mean from what it is without an effect
   * @param squares squared error of each of these means; infinite for a group of no scores
   */
  static Effects shrunk(double[] departures, double[] squares) {
    return shrunk(departures, squares, SURE);
  }

  /**
   * The same where it is known that there are effects of some sort: by what chance makes of them.
   */
  static Effects expected(double[] departures, double[] squares) {
    return shrunk(departures, squares, 0);
  }

  private static Effects shrunk(double[] departures, double[] squares, double sure) {
    int groups = departures.length;
    double between = 0;
    double chance = 0;
    int seen = 0;
    for (int i = 0; i < groups; i++) {
      if (Double.isFinite(squares[i])) {
        between += departures[i] * departures[i];
        chance += squares[i];
        seen++;
      }
    }
    double real = (between - chance) / Math.max(1, seen);
    double[] offsets = new double[groups];
    double[] errors = new double[groups];
    if (between >= chance * (1 + sure * Math.sqrt(2.0 / seen)) && real > 0) {
      for (int i = 0; i < groups; i++) {
        if (Double.isFinite(squares[i])) {
          double kept = real / (real + squares[i]);
          offsets[i] = kept * departures[i];
          errors[i] = Math.sqrt(kept * squares[i]);
        }
      }
    }
    return new Effects(offsets, errors);
  }
}
